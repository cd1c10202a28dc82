import Testing

@testable import Reconciler

struct StateFileTests {
    private let digest = Digest.of(Array("a".utf8))
    private let now = Moment(seconds: 1_795_475_695)

    private func record(_ name: String) throws -> ImageRecord {
        let id = try ObjectID(String(sha256Hex(name.utf8).prefix(40)))
        let inputs = BuildInputs(tree: id, dockerfile: id, options: ["target": "runtime", "args.GO": "1.22\n"])
        let origin = BuildOrigin(commit: id, branch: "main", inputs: inputs)
        return ImageRecord(origin: .build(origin), digest: digest, tags: [.latest], time: now)
    }

    private func changes() throws -> [StateChange] {
        let mirror = ImageRecord(
            origin: .mirror(MirrorOrigin(upstream: digest)),
            digest: digest,
            tags: [try Tag("3.20")],
            time: now
        )
        let failure = FailureRecord(
            reason: "no \"luck\"",
            since: now,
            tries: 3,
            nextTry: now + .seconds(60),
            fingerprint: "look"
        )
        let former = Destination(repository: try RepositoryName("api"), tag: try Tag("v1"))
        return [
            .image(.build("api:v2"), try record("api")),
            .image(.mirror(try RepositoryName("alpine"), try Tag("3.20")), mirror),
            .failure(.build("web"), failure),
            StateChange(key: .former(former), value: .former(digest, left: now)),
        ]
    }

    @Test
    func `every kind of line is read back as it was written`() throws {
        for change in try changes() {
            #expect(StateChange(line: Array(change.line.utf8)) == change)
        }
        let removal = StateChange.failure(.build("web"), nil)
        #expect(StateChange(line: Array(removal.line.utf8)) == removal)
    }

    @Test
    func `what was saved is there after a restart, and the last line for a key wins`() async throws {
        let folder = try TemporaryFolder()
        let file = try StateFile(in: folder.path, now: now)
        try await file.save(try changes())
        try await file.save([.failure(.build("web"), nil), .image(.build("api:v2"), try record("other"))])
        let again = try StateFile(in: folder.path, now: now)
        #expect(again.notes.isEmpty)
        #expect(await again.recorded == file.recorded)
        #expect(await again.recorded[image: .build("api:v2")] == (try record("other")))
        #expect(await again.recorded[failure: .build("web")] == nil)
    }

    @Test
    func `a last line cut at any byte is dropped and nothing else`() async throws {
        let folder = try TemporaryFolder()
        let file = try StateFile(in: folder.path, now: now)
        let all = try changes()
        try await file.save(Array(all.dropLast()))
        let before = await file.recorded
        let whole = try readFile(folder.path + "/state.jsonl", atMost: 1 << 20)
        let last = Array(all[3].line.utf8)
        for length in 0..<last.count {
            try writeFile(folder.path + "/state.jsonl", whole + last.prefix(length))
            let again = try StateFile(in: folder.path, now: now)
            #expect(again.notes.isEmpty)
            #expect(await again.recorded == before)
        }
        #expect(try listFolder(folder.path) == ["state.jsonl"])
    }

    @Test
    func `a flipped byte sets the file aside and costs that line alone`() async throws {
        let folder = try TemporaryFolder()
        let all = try changes()
        let text = Array((StateText.header + "\n" + all.map { $0.line + "\n" }.joined()).utf8)
        let start = StateText.header.utf8.count + 1
        let end = start + all[0].line.utf8.count
        for place in start..<end {
            var bytes = text
            bytes[place] ^= 0x01
            let read = StateText(bytes)
            #expect(read.damaged >= 1, "byte \(place)")
            for change in all.dropFirst() { #expect(read.recorded.values[change.key] == change.value) }
        }
        var bytes = text
        bytes[start + 3] ^= 0x01
        try writeFile(folder.path + "/state.jsonl", bytes)
        let file = try StateFile(in: folder.path, now: now)
        #expect(file.notes.count == 1)
        let kept = try listFolder(folder.path).filter { $0.hasPrefix("state.jsonl.corrupt-") }
        #expect(try kept.map { try readFile("\(folder.path)/\($0)", atMost: 1 << 20) } == [bytes])
    }

    @Test
    func `a file of a later version is refused and stays as it is`() throws {
        let folder = try TemporaryFolder()
        let later = Array((summed("\"format\":\"reconcile state\",\"version\":2}") + "\n").utf8)
        try writeFile(folder.path + "/state.jsonl", later)
        #expect(throws: StateTooNew.self) { try StateFile(in: folder.path, now: now) }
        #expect(try readFile(folder.path + "/state.jsonl", atMost: 1 << 20) == later)
    }

    @Test
    func `saving the same thing a thousand times does not grow the file`() async throws {
        let folder = try TemporaryFolder()
        let file = try StateFile(in: folder.path, now: now)
        for _ in 0..<1_000 { try await file.save([.image(.build("api"), try record("api"))]) }
        #expect(try readFile(folder.path + "/state.jsonl", atMost: 1 << 20).count < 100_000)
    }

    @Test
    func `what cannot be written holds in memory and is written with the next change`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/state"
        try createFolder(path)
        let file = try StateFile(in: path, now: now)
        try await file.save([.image(.build("a"), try record("a"))])
        try removeTree(path)
        await #expect(throws: FileFault.self) { try await file.save([.image(.build("b"), try record("b"))]) }
        try createFolder(path)
        try await file.save([.image(.build("c"), try record("c"))])
        let again = try StateFile(in: path, now: now)
        for name in ["a", "b", "c"] { #expect(await again.recorded[image: .build(name)] != nil) }
    }

    @Test
    func `the lock is one process's at a time and outlives no holder`() throws {
        let folder = try TemporaryFolder()
        do {
            let lock = try StateLock(folder: folder.path)
            #expect(throws: StateLock.Held.self) { try StateLock(folder: folder.path) }
            withExtendedLifetime(lock) {}
        }
        _ = try StateLock(folder: folder.path)
    }

    @Test func `a header that is damaged, cut or gone is no later version and no new beginning`() async throws {
        let text = Array((StateText.header + "\n" + (try changes())[0].line + "\n").utf8)
        for place in 0..<StateText.header.utf8.count {
            for bit in 0..<8 {
                var bytes = text
                bytes[place] ^= 1 << UInt8(bit)
                let read = StateText(bytes)
                #expect(
                    !read.hasHeader && read.unknownVersion == nil && read.recorded.values.count >= 1,
                    "byte \(place)"
                )
            }
        }
        for bytes in [[], Array(text.prefix(10)), [UInt8](repeating: 0, count: 100)] {
            let folder = try TemporaryFolder()
            try writeFile(folder.path + "/state.jsonl", bytes)
            #expect(try StateFile(in: folder.path, now: now).notes.count == 1, "\(bytes.count) bytes")
            #expect(StateFile.setAside(in: folder.path).count == 1)
        }
    }

    @Test func `the header of earlier builds is read`() {
        #expect(StateText(Array("{\"format\":\"reconcile state\",\"version\":1}\n".utf8)).hasHeader)
    }

    @Test(arguments: ["mkfifo state.jsonl", "ln -s other state.jsonl; touch other", "mkdir state.jsonl"])
    func `what is no file of ours is refused at once, and never waited for`(script: String) async throws {
        let folder = try TemporaryFolder()
        try await shell(script, in: folder.path)
        #expect(throws: FileFault.self) { try StateFile(in: folder.path, now: now) }
        #expect(throws: FileFault.self) { try StateFile.peek(in: folder.path) }
    }
}
