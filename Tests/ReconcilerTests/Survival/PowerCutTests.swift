import Testing

@testable import Reconciler

/// A power cut leaves any beginning of the last write on disk, and a bad disk any byte of it changed.
struct PowerCutTests {
    @Test func `a state file cut or flipped at any byte of its last records loses those at the most`() async throws {
        let scenario = try await Scenario()
        for number in 1...4 { try await scenario.publish("tool:\(number)", "\(number)") }
        try await scenario.desire(
            mirror: #"[{ "image": "UPSTREAM/tool", "tags": ["1", "2", "3", "4"], "as": "tool" }]"#
        )
        #expect(try await scenario.pass().status == 0)
        let whole = try readFile(scenario.state + "/state.jsonl", atMost: 1 << 20)
        let lines = whole.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
        let tail = lines.suffix(3).reduce(0) { $0 + $1.count + 1 }
        let kept = StateText(Array(whole.dropLast(tail))).recorded

        for cut in 0...tail {
            let read = StateText(Array(whole.dropLast(cut)))
            #expect(read.damaged == 0 && kept.isPart(of: read.recorded), "cut by \(cut)")
        }
        for place in (whole.count - tail)..<(whole.count - 1) {
            var bytes = whole
            bytes[place] ^= UInt8.random(in: 1...255)
            let read = StateText(bytes)
            // A newline more or less tears a line in two, or makes one of two.
            #expect(read.damaged >= 1 && read.lines >= lines.count - 1 - 3, "flipped at \(place)")
            #expect(kept.isPart(of: read.recorded), "flipped at \(place)")
        }
        // And the real program goes on from such files: it copies nothing again.
        for _ in 0..<3 {
            var bytes = Array(whole.dropLast(Int.random(in: 0..<tail)))
            if Bool.random() { bytes[bytes.count - 1 - Int.random(in: 0..<20)] ^= 0x20 }
            try writeFile(scenario.state + "/state.jsonl", bytes)
            let pass = try await scenario.pass()
            #expect(pass.status == 0, "\(pass.errors)")
            #expect(!pass.events.contains { $0.hasPrefix("mirror ") }, "\(pass.errors)")
        }
    }
}

extension Recorded {
    /// Whether all of it stands in `other` too, or was said anew there.
    fileprivate func isPart(of other: Recorded) -> Bool { values.keys.allSatisfy { other.values[$0] != nil } }
}
