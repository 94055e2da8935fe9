/// Seconds since a start, with those of earlier attempts.
struct Clock {
  let start = ContinuousClock.now
  let secondsBefore: Double

  var seconds: Double {
    let duration = start.duration(to: .now)
    return secondsBefore + Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }
}
