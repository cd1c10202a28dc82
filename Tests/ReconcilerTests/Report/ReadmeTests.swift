import Testing

@testable import Reconciler

/// What the README says that programs may rely on.
struct ReadmeTests {
    private let readme: String

    init() throws { readme = try Sources.text(Sources.top + "/README.md") }

    /// A board with all that there can be on it.
    private func sample() throws -> SampleBoard {
        var sample = try SampleBoard(builds: ["api", "web", "docs"], mirrors: ["alpine:3.20"])
        let (api, web) = (ImageID.build("api"), ImageID.build("web"))
        sample.board.apply([.image(api, try SampleBoard.record("a")), .runs(api, SampleBoard.history(2))])
        let host = try RegistryHost("docker.io")
        let tags = MirrorExpansion(of: sample.desired, [:], Recorded()).tags
        let names = KeptNames(sample.desired, tags, registry: host, publicName: host)
        sample.board.see(Observation(), [], names, now: SampleBoard.start)
        sample.board.update(api) { status in
            status.desired = .init(commit: status.actual.commit, subject: "Begin", digest: status.actual.digest)
        }
        sample.fail(api, "exit status 1")
        var work = ImageStatus.Work(verb: "build", reasons: [.forced], began: SampleBoard.start, line: "STEP 1")
        (work.bytes, work.total) = (1, 2)
        sample.board.update(web) { $0.becomes(.working(work), at: SampleBoard.start) }
        let place = ConfigurationFault.Position(line: 12, column: 8)
        let fault = ConfigurationFault(file: "desired/build.json", position: place, entry: "api", message: "no URL")
        sample.board.note(faults: [fault], at: SampleBoard.start)
        sample.board.note(trouble: "it is away", about: .registry, at: SampleBoard.start)
        sample.board.beginPass(at: SampleBoard.start)
        sample.board.endPass(at: SampleBoard.start)
        sample.board.recall([.init(start: SampleBoard.start, duration: .seconds(1), changed: 0, failing: 0)])
        sample.board.beginPass(at: SampleBoard.start)
        for next in [SampleBoard.start, nil] {
            sample.board.webhooks.append(
                .init(url: "https://a/", image: api, since: SampleBoard.start, tries: 1, nextTry: next, why: "503")
            )
        }
        sample.board.allowances[host] = .init(
            quietUntil: SampleBoard.start,
            remaining: 82,
            limit: 100,
            windowEnd: SampleBoard.start
        )
        sample.board.diskFree = ByteCount(bytes: 17)
        sample.board.note(registrySilence: "it is away", at: SampleBoard.start)
        return sample
    }

    private func keys(_ json: JSON) -> Set<String> {
        let members = json.members ?? []
        let inner = members.map(\.value) + (json.array ?? [])
        return inner.reduce(into: Set(members.map(\.key))) { $0.formUnion(keys($1)) }
    }

    @Test
    func `every member of status json is in its table, and the table has no other`() throws {
        let start = try #require(readme.firstRange(of: "| member of `status.json` |")).lowerBound
        let table = readme[start...].prefix(upTo: try #require(readme[start...].firstRange(of: "\n\n")).lowerBound)
        let told = Set(table.matches(of: /`([A-Za-z]+)`/).map { String($0.1) })
        let states = Set(ImageStatus.Condition.names.map { $0 })
        let words: Set<String> = ["build", "mirror", "copy", "built", "copied", "failed", "start", "true"]
        let subjects = Set(Trouble.Subject.allCases.map(\.rawValue))
        let there = keys(try JSONReader.read(Array(try sample().document.utf8)))
        let missing = there.subtracting(told).subtracting(states)
        let unknown = told.subtracting(there).subtracting(states).subtracting(words).subtracting(subjects)
        #expect(missing.isEmpty, "not in the README: \(missing.sorted())")
        #expect(unknown.isEmpty, "only in the README: \(unknown.sorted())")
    }

    @Test
    func `the alert rules speak of metrics that there are`() throws {
        let metrics = Metrics(board: try sample().board).text
        let names = Set(readme.matches(of: /\breconcile_[a-z_]+\b/).map { String($0.0) })
        #expect(names.count >= 3)
        for name in names { #expect(metrics.contains("# TYPE \(name) "), "\(name)") }
    }
}
