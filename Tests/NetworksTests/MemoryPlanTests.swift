import Networks
import Randomness
import Testing

@Suite struct MemoryPlanTests {
  /// Two buffers that are alive in the same step and share memory, or one that reaches beyond the arena.
  static func firstCollision(_ plan: MemoryPlan) -> String? {
    func place(_ index: Int) -> Range<Int> {
      plan.offsets[index]..<plan.offsets[index] + plan.requests[index].size
    }
    for i in plan.requests.indices {
      if place(i).upperBound > plan.size { return "\(plan.requests[i].name) ends beyond the arena" }
      if plan.offsets[i] % 16 != 0 { return "\(plan.requests[i].name) is not aligned" }
      for j in 0..<i where plan.requests[i].lifetime.overlaps(plan.requests[j].lifetime) {
        if place(i).overlaps(place(j)) { return "\(plan.requests[i].name) and \(plan.requests[j].name)" }
      }
    }
    return nil
  }

  @Test("buffers that live at the same time never share memory", arguments: 0..<50)
  func buffersDoNotCollide(draw: Int) {
    var generator = PhiloxGenerator(RandomKey(seed: 3, stage: "memory plan tests", draw: draw, operation: "requests"))
    let requests = (0..<60).map { index in
      let first = generator.integer(below: 40)
      return MemoryPlan.Request(
        name: "\(index)", size: 1 + generator.integer(below: 500),
        lifetime: first...first + generator.integer(below: 12))
    }
    let plan = MemoryPlan(requests)
    #expect(Self.firstCollision(plan) == nil)
    let sum = requests.reduce(0) { $0 + ($1.size + 15) / 16 * 16 }
    let needed = (0..<52).map { step in
      requests.reduce(0) { $0 + ($1.lifetime.contains(step) ? $1.size : 0) }
    }
    #expect(plan.size >= needed.max() ?? 0)
    #expect(plan.size < sum * 3 / 4)
  }

  @Test("a chain of equal buffers, each alive with the next alone, needs two places")
  func chainReuses() {
    let plan = MemoryPlan(
      (0..<10).map { MemoryPlan.Request(name: "\($0)", size: 100, lifetime: $0...$0 + 1) })
    #expect(plan.size == 2 * 112)
  }

  @Test("no buffers need no arena")
  func nothing() {
    #expect(MemoryPlan([]).size == 0)
  }
}
