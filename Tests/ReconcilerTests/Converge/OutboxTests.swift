import Testing

@testable import Reconciler

struct OutboxTests {
    private let dead = "https://dead.example/"
    private let good = "https://good.example/"

    @Test func `each image is told once, in order, and then forgotten`() async throws {
        let receiver = ScriptedReceiver { _, _ in .status(204) }
        let bench = try await OutboxBench(send: receiver.send)
        try await bench.announce(["a", "b", "c"], to: [good])
        try await bench.runToEnd()
        #expect(receiver.images == ["a", "b", "c"])
        #expect(await bench.state.recorded.deliveries.isEmpty)
        #expect(bench.log.lines == ["a", "b", "c"].map { "webhook \(good) \($0) 204 0.0 s" })
        #expect(receiver.calls.first?.headers["Content-Type"] == "application/json")
    }

    @Test func `a failed delivery holds back its own URL and no other`() async throws {
        let clock = SkippingClock()
        let receiver = ScriptedReceiver(now: OutboxBench.now(clock)) { call, earlier in
            call.url == "https://good.example/" ? .status(200) : earlier < 3 ? .status(503) : .status(200)
        }
        let bench = try await OutboxBench(clock: clock, send: receiver.send)
        try await bench.announce(["a", "b"], to: [dead, good])
        try await bench.runToEnd()
        #expect(receiver.calls(to: good).map(\.image) == ["a", "b"])
        #expect(receiver.calls(to: dead).map(\.image) == ["a", "a", "a", "a", "b"])
        #expect(Set(receiver.calls(to: dead).map(\.id)).count == 2)
        #expect(bench.log.lines.count { $0.contains("answered 503; next try in") } == 1)
        #expect(bench.log.lines.contains { $0.hasSuffix("a 200 0.0 s, after 3 failed") })
    }

    @Test func `a silent receiver delays no other`() async throws {
        let receiver = ScriptedReceiver { call, _ in call.url == "https://dead.example/" ? .silence : .status(200) }
        let bench = try await OutboxBench(send: receiver.send)
        try await bench.announce(["a", "b"], to: [dead, good])
        try await bench.run(until: "the other URL is told") { $0.pending.count == 2 }
        #expect(receiver.calls(to: good).map(\.image) == ["a", "b"])
        #expect(receiver.calls(to: dead).map(\.image) == ["a"])
        #expect(await bench.outbox.status.pending.map(\.tries) == [0, 0])
    }

    @Test func `a day ends it, and the next has its turn`() async throws {
        let clock = SkippingClock()
        let receiver = ScriptedReceiver(now: OutboxBench.now(clock)) { call, _ in
            call.image == "a" ? .fault(.unreachable("cannot connect")) : .status(200)
        }
        let bench = try await OutboxBench(clock: clock, send: receiver.send)
        try await bench.announce(["a", "b"], to: [dead])
        try await bench.runToEnd()
        let times = receiver.calls.filter { $0.image == "a" }.map { $0.time - OutboxBench.start }
        #expect(times.last == .seconds(86_400))
        #expect((25...45).contains(times.count))
        #expect(receiver.images.last == "b")
        let status = await bench.outbox.status
        #expect(status.givenUp.map(\.why) == ["cannot connect, and a day is over"])
        #expect(status.givenUp.map(\.tries) == [times.count])
        #expect(try await bench.restart().outbox.status == status)
    }

    @Test func `a delivery found after days is tried once more`() async throws {
        let clock = SkippingClock()
        let receiver = ScriptedReceiver { call, _ in call.image == "a" ? .status(500) : .status(200) }
        let bench = try await OutboxBench(clock: clock, send: receiver.send)
        try await bench.announce(["a", "b"], to: [dead])
        clock.advance(by: .seconds(3 * 86_400))
        let after = try await bench.restart()
        try await after.runToEnd()
        #expect(receiver.images == ["a", "b"])
        #expect(await after.outbox.status.givenUp.map(\.why) == ["answered 500, and a day is over"])
    }

    @Test func `what the receiver asks for is waited for`() async throws {
        let clock = SkippingClock()
        let receiver = ScriptedReceiver(now: OutboxBench.now(clock)) { _, earlier in
            earlier == 0 ? .status(429, "Retry-After: 900\r\n") : .status(200)
        }
        let bench = try await OutboxBench(clock: clock, send: receiver.send)
        try await bench.announce(["a"], to: [dead])
        try await bench.runToEnd()
        #expect(receiver.calls.map { $0.time - OutboxBench.start } == [.zero, .seconds(900)])
    }

    @Test func `a restart keeps ids, order, tries and pauses`() async throws {
        let clock = SkippingClock()
        let receiver = ScriptedReceiver(now: OutboxBench.now(clock)) { _, earlier in
            earlier < 2 ? .status(500) : .status(200)
        }
        let before = try await OutboxBench(clock: clock, isFrozen: true, send: receiver.send)
        try await before.announce(["a", "b", "c"], to: [dead])
        await before.outbox.deliverAll(within: .seconds(30))
        let waiting = await before.outbox.status
        let after = try await before.restart()
        #expect(await after.outbox.status == waiting)
        try await after.announce(["d"], to: [dead])
        try await after.runToEnd()
        #expect(receiver.images == ["a", "a", "a", "b", "c", "d"])
        #expect(Set(receiver.calls.map(\.id)).count == 4)
    }

    @Test func `two changes of one image are two deliveries`() async throws {
        let receiver = ScriptedReceiver { _, _ in .status(200) }
        let bench = try await OutboxBench(send: receiver.send)
        try await bench.announce(["a", "a"], to: [good])
        try await bench.runToEnd()
        #expect(Set(receiver.calls.map(\.id)).count == 2)
    }

    @Test func `secrets reach the receiver and no file`() async throws {
        let receiver = ScriptedReceiver { _, earlier in earlier == 0 ? .fault(.broken("saw canary-one")) : .status(404)
        }
        let secrets = try Secrets(Array("TOKEN=canary-one".utf8))
        let bench = try await OutboxBench(secrets: secrets, send: receiver.send)
        try await bench.announce(["a"], to: [good + "${TOKEN}"], headers: ["Authorization": "Bearer ${TOKEN}"])
        try await bench.runToEnd()
        #expect(receiver.calls.last?.url == good + "canary-one")
        #expect(receiver.calls.last?.headers["Authorization"] == "Bearer canary-one")
        #expect(try bench.bytesOnDisk().contains("Bearer ${TOKEN}"))
        #expect(try !bench.bytesOnDisk().contains("canary"))
        #expect(!bench.log.lines.joined().contains("canary"))
    }

    @Test func `a secret that is missing may still come`() async throws {
        let receiver = ScriptedReceiver { _, _ in .status(200) }
        let bench = try await OutboxBench(isFrozen: true, send: receiver.send)
        try await bench.announce(["a"], to: [good + "${TOKEN}"])
        await bench.outbox.deliverAll(within: .seconds(30))
        #expect(await bench.outbox.status.pending.first?.reason?.contains("TOKEN is not") == false)
        #expect(await bench.outbox.status.pending.first?.reason?.contains("${TOKEN}") == true)
        let secrets = try Secrets(Array("TOKEN=canary".utf8))
        let mended = try await OutboxBench(folder: bench.folder, secrets: secrets, send: receiver.send)
        try await mended.runToEnd()
        #expect(receiver.calls.map(\.url) == [good + "canary"])
    }

    @Test func `a kill between the answer and its record repeats the delivery once, with the same id`() async throws {
        let receiver = ScriptedReceiver { _, _ in .status(200) }
        let bench = try await OutboxBench(send: receiver.send)
        try await bench.announce(["a"], to: [good])
        let file = bench.folder.path + "/state.jsonl"
        let before = try readFile(file, atMost: 1 << 20)
        try await bench.runToEnd()
        try writeFile(file, before)
        try await bench.restart().runToEnd()
        try await bench.restart().runToEnd()
        #expect(receiver.images == ["a", "a"])
        #expect(Set(receiver.calls.map(\.id)).count == 1)
    }

    @Test func `nobody hears of an image whose record cannot be written, until it can`() async throws {
        let receiver = ScriptedReceiver { _, _ in .status(200) }
        let bench = try await OutboxBench(send: receiver.send)
        try removeTree(bench.folder.path)
        await #expect(throws: FileFault.self) { try await bench.announce(["a"], to: [self.good]) }
        await bench.outbox.wake()
        #expect(receiver.calls.isEmpty)
        #expect(await bench.outbox.status.pending.count == 1)
        try createPrivateFolder(bench.folder.path)
        try await bench.runToEnd()
        #expect(receiver.images == ["a"])
        #expect(try StateFile.peek(in: bench.folder.path).deliveries.isEmpty)
        #expect(bench.log.lines.count { $0.hasPrefix("webhook results are") } == 2)
    }

    @Test func `a result that cannot be written holds in memory and is written later`() async throws {
        let receiver = ScriptedReceiver { _, _ in .status(200) }
        let bench = try await OutboxBench(isFrozen: true, send: receiver.send)
        try await bench.announce(["a", "b"], to: [good])
        let before = try readFile(bench.folder.path + "/state.jsonl", atMost: 1 << 20)
        try removeTree(bench.folder.path)
        await bench.outbox.deliverAll(within: .seconds(30))
        #expect(receiver.images == ["a", "b"])
        try createPrivateFolder(bench.folder.path)
        try writeFile(bench.folder.path + "/state.jsonl", before)
        await bench.outbox.deliverAll(within: .seconds(30))
        #expect(receiver.images == ["a", "b"])
        #expect(try StateFile.peek(in: bench.folder.path).deliveries.isEmpty)
    }

    @Test func `the service wakes for what is announced while it rests`() async throws {
        let receiver = ScriptedReceiver { _, _ in .status(200) }
        let bench = try await OutboxBench(send: receiver.send)
        let service = Task { await bench.outbox.run() }
        for image in ["a", "b", "c"] {
            try await bench.announce([image], to: [good])
            try await eventually("it is told") { receiver.images.last == image }
        }
        service.cancel()
        await service.value
    }

    @Test func `many silent receivers are called side by side, within bounds`() async throws {
        let receiver = ScriptedReceiver { _, _ in .silence }
        let bench = try await OutboxBench(send: receiver.send)
        try await bench.announce(["a"], to: (0..<40).map { "https://h\($0).example/" })
        try await bench.run(until: "the bound is reached") { _ in receiver.calls.count >= Outbox.width }
        #expect(receiver.calls.count == Outbox.width)
    }

    @Test func `stamps of a clock that ran ahead count as of now`() async throws {
        let receiver = ScriptedReceiver { _, _ in .status(500) }
        let ahead = SkippingClock()
        ahead.advance(by: .seconds(400 * 86_400))
        let before = try await OutboxBench(clock: ahead, send: receiver.send)
        try await before.announce(["a"], to: [dead])
        let clock = SkippingClock()
        let after = try await OutboxBench(folder: before.folder, clock: clock, send: receiver.send)
        try await after.runToEnd()
        #expect(clock.now.offset >= .seconds(86_400) && clock.now.offset < .seconds(2 * 86_400))
        #expect(await after.outbox.status.givenUp.count == 1)
    }

    @Test func `the last fifty that were given up are kept for a week`() async throws {
        let clock = SkippingClock()
        let receiver = ScriptedReceiver { _, _ in .status(410) }
        let bench = try await OutboxBench(clock: clock, send: receiver.send)
        let images = (0..<60).map { "i\($0)" }
        try await bench.announce(images, to: [good])
        try await bench.runToEnd()
        #expect(await bench.outbox.status.givenUp.map(\.image.description) == Array(images.suffix(50)))
        clock.advance(by: .seconds(8 * 86_400))
        let later = try await bench.restart(isFrozen: true)
        #expect(await later.outbox.status.givenUp.isEmpty)
        await later.outbox.deliverAll(within: .seconds(1))
        #expect(await later.state.recorded.deliveries.isEmpty)
    }
}
