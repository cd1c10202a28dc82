import Glibc
import Testing

@testable import Reconciler

/// Inputs that nobody wrote, for every parser of our own; `RECONCILE_FUZZ_SECONDS=3600` for the long form, an hour in all;
/// `RECONCILE_FUZZ_PARSER="git addresses"` for one alone, with `RECONCILE_SEED` to see an input again.
@Suite(.serialized) struct FuzzTests {
    @Test(arguments: FuzzedParser.chosen)
    func `no input whatever ends the program, holds it up or breaks a promise`(_ parser: FuzzedParser) throws {
        let environment = currentEnvironment()
        let long = environment["RECONCILE_FUZZ_SECONDS"].flatMap { Double($0) }
        let limit = Duration.seconds((long ?? 6) / Double(FuzzedParser.all.count))
        let seed = environment["RECONCILE_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...1_000_000)
        var mutation = Mutation(
            seeds: parser.seeds.map { Array($0.utf8) },
            tokens: parser.tokens.map { Array($0.utf8) },
            seed: seed
        )
        // Should an input end the process, or never end itself, this file has it.
        let folder = try TemporaryFolder()
        let last = FileDescriptor(open(folder.path + "/input", O_RDWR | O_CREAT | O_CLOEXEC, 0o600))
        defer { alarm(0) }
        let (end, memory) = (ContinuousClock.now + limit, residentBytes())
        var tried = 0
        while ContinuousClock.now < end {
            let bytes = mutation.next()
            ftruncate(last.number, 0)
            pwrite(last.number, bytes, bytes.count, 0)
            alarm(60)
            do {
                try parser.check(bytes)
            } catch {
                Issue.record("\(error) with \(Array(bytes.prefix(2_000))), input \(tried) of seed \(seed)")
                return
            }
            tried += 1
        }
        #expect(tried > 0)
        guard long != nil else { return }
        print("\(parser.testDescription): \(tried) inputs, seed \(seed)")
        #expect(residentBytes() - memory < 64 << 20, "memory stays within a bound")
    }
}

/// Resident memory of this process (proc(5), `statm`).
private func residentBytes() -> Int {
    let text = (try? readFile("/proc/self/statm", atMost: 256)) ?? []
    let pages = String(decoding: text, as: UTF8.self).split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return (pages ?? 0) * Int(getpagesize())
}
