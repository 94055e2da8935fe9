import Pipelines
import Testing

@Suite("The log")
struct RunLogTests {
  @Test("gives people lines with the stage's name, and marks those that the next may replace")
  func lines() {
    let lines = Lines()
    let log = RunLog { lines.append($0) }
    log.info("begins")
    log.forStage("train").warning("the loss rises")
    log.forStage("train").progress("epoch 1")
    log.error("stopped")
    #expect(lines.texts == ["begins", "warning: train: the loss rises", "error: stopped"])
  }
}
