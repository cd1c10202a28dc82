import Testing

@testable import Reconciler

struct OutageTests {
    @Test
    func `trouble is said once when it begins, and once when it ends, with how long it lasted`() {
        let start = SampleBoard.start
        var outage = Outage()
        func line(_ why: String?, after seconds: Int) -> String? {
            outage.line(why, end: "it answers again", at: start + .seconds(seconds))
        }
        #expect(line(nil, after: 0) == nil)
        #expect(line("it is away", after: 1) == "it is away")
        #expect(line("it is away", after: 2) == nil)
        #expect(line("it is away for another reason", after: 3) == nil)
        #expect(outage.isOn)
        #expect(line(nil, after: 3_661 + 122) == "it answers again, after 1h3m2s")
        #expect(line(nil, after: 4_000) == nil && !outage.isOn)
    }
}
