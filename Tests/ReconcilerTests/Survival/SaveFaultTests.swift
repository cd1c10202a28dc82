import Glibc
import Testing

@testable import Reconciler

/// Each system call of a save fails in its turn, or is the last thing that the program does.
struct SaveFaultTests {
    @Test(arguments: ["open", "openat", "fchmod", "write", "fsync", "close", "renameat"], [ENOSPC, EIO, 0])
    func `whatever fails in a save, and wherever a kill falls, the next pass goes on from there`(
        call: String,
        errno wrong: Int32
    ) async throws {
        let site = try await OneCopy()
        var number = 0
        while true {
            let moved = try await site.scenario.publish("tool:1", "\(call) \(number)")
            guard try await site.pass(failing: call, number + 1, wrong) else { break }
            number += 1
            let faults = try await site.recover(moved.digest)
            #expect(faults.isEmpty, "\(wrong) at \(call) \(number): \(faults.joined(separator: "\n"))")
            if !faults.isEmpty { return }
        }
        #expect(number > 0, "there are such calls")
    }
}

/// One mirrored tag, and a webhook that hears of it.
private struct OneCopy {
    let scenario: Scenario
    private let ledger: WebhookLedger

    init() async throws {
        scenario = try await Scenario()
        ledger = try WebhookLedger()
        try await scenario.desire(
            mirror: #"[{ "image": "UPSTREAM/tool", "tags": ["1"], "as": "tool" }]"#,
            webhooks: #"[{ "url": "\#(ledger.url)", "on": ["mirror"] }]"#
        )
        try await scenario.publish("tool:1", "first")
        #expect(try await scenario.pass().status == 0)
        // A file that is due to be written anew is what has most steps.
        let text = StateText.compact(try StateFile.peek(in: scenario.state))
        try writeFile(scenario.state + "/state.jsonl", text.dropLast())
    }

    /// Runs a pass in which the `number`th call on a file of the state folder fails, or with 0 is the last; false if there are
    /// not so many.
    func pass(failing call: String, _ number: Int, _ wrong: Int32) async throws -> Bool {
        let faults = FaultyCalls(call, number: number, errno: wrong)
        let pass = try await scenario.pass(withFaults: faults)
        #expect([0, 1, 128 + SIGKILL].contains(pass.status), "\(call) \(number): \(pass.errors)")
        return try fileKind(faults.sign(in: scenario)) != nil
    }

    /// What is not as it must be after a pass without faults.
    func recover(_ digest: Digest) async throws -> [String] {
        _ = try StateFile.peek(in: scenario.state)
        let pass = try await scenario.pass()
        var faults = pass.status == 0 && !pass.errors.contains("damaged") ? [] : [pass.errors]
        if try await scenario.keptDigest("tool:1") != digest { faults.append("the tag is not where it should be") }
        let told = Set(ledger.all.filter { $0.digest == "\(digest)" }.map(\.id))
        if told.count != 1 { faults.append("told under \(told.count) ids") }
        if try !StateFile.peek(in: scenario.state).deliveries.isEmpty { faults.append("deliveries are left") }
        let litter = try listFolder(scenario.state).filter { $0.hasPrefix(".") }
        return faults + litter.map { "left in the state folder: \($0)" }
    }
}
