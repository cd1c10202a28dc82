import Testing

@testable import Reconciler

struct DeliveryRecordTests {
    private static func record(_ state: DeliveryRecord.State) -> DeliveryRecord {
        DeliveryRecord(
            id: DeliveryID(),
            number: 7,
            image: .build("api:v2"),
            url: "https://example.org/${TOKEN}",
            headers: ["Authorization": "Bearer ${TOKEN}", "X-\"é\"": "\t"],
            body: #"{"id":"x","image":"<api>"}"#,
            created: Moment(milliseconds: 1_800_000_000_123),
            tries: 3,
            state: state
        )
    }

    @Test(arguments: [
        DeliveryRecord.State.waiting(.init(next: Moment(milliseconds: 5), isHeld: true, reason: "answered 500")),
        .waiting(.init(next: Moment(milliseconds: 5), isHeld: false, reason: nil)),
        .givenUp(why: "answered 404", at: Moment(milliseconds: -1)),
    ])
    func `a line of the state file brings back all of it`(state: DeliveryRecord.State) throws {
        let change = StateChange.webhook(Self.record(state))
        #expect(StateChange(line: Array(change.line.utf8)) == change)
        let end = StateChange.webhookEnded(DeliveryID())
        #expect(StateChange(line: Array(end.line.utf8)) == end)
    }

    @Test func `the state file gives deliveries back in order, and forgets what has ended`() async throws {
        let folder = try TemporaryFolder()
        let now = Moment(seconds: 0)
        let state = try StateFile(in: folder.path, now: now)
        let records = (1...20).map { number in
            DeliveryRecord(
                id: DeliveryID(),
                number: number,
                image: .build("i\(number)"),
                url: "https://a",
                headers: [:],
                body: "{}",
                created: now,
                state: .waiting(.init(next: now, isHeld: false, reason: nil))
            )
        }
        try await state.save(records.shuffled().map { .webhook($0) })
        try await state.save([.webhookEnded(records[4].id)])
        let read = try StateFile(in: folder.path, now: now)
        #expect(await read.recorded.deliveries == records.filter { $0.number != 5 })
        #expect(await read.recorded[webhook: records[4].id] == nil)
    }

    @Test func `settling writes what an earlier save could not`() async throws {
        let folder = try TemporaryFolder()
        let inner = folder.path + "/state"
        try createPrivateFolder(inner)
        let state = try StateFile(in: inner, now: Moment(seconds: 0))
        try removeTree(inner)
        let record = Self.record(.givenUp(why: "x", at: Moment(seconds: 0)))
        await #expect(throws: FileFault.self) { try await state.save([.webhook(record)]) }
        await #expect(throws: FileFault.self) { try await state.settle() }
        try createPrivateFolder(inner)
        try await state.settle()
        #expect(try StateFile.peek(in: inner).deliveries == [record])
    }
}
