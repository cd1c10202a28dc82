import Testing

@testable import Reconciler

struct ScheduleTests {
    private func mirror(_ number: Int) throws -> Look {
        .upstream(.mirror(try RepositoryName("image\(number)"), .latest))
    }

    /// Turns the clock by hand, a minute a turn, and returns the looks of each minute.
    private func run(_ schedule: inout Schedule, minutes: Int, failing: Set<Look> = []) -> [[Look]] {
        (0..<minutes).map { minute in
            let now = Duration.seconds(minute * 60)
            let due = schedule.due(at: now)
            let waits = Dictionary(uniqueKeysWithValues: due.intersection(failing).map { ($0, Duration.seconds(600)) })
            schedule.made(due, failed: waits, at: now)
            return Array(due)
        }
    }

    @Test
    func `a day of minutes has as many looks as the intervals say, and none bunched`() throws {
        var schedule = Schedule()
        var intervals: [Look: Duration] = [:]
        let sources = try (0..<10).map { Look.source(try GitURL("https://host/repository\($0)")) }
        for source in sources { intervals[source] = .seconds(60) }
        let mirrors = Set(try (0..<1_000).map(mirror))
        for look in mirrors { intervals[look] = .seconds(3_600) }
        let registry = try (0..<1_000).map { Look.registry(.mirror(try RepositoryName("image\($0)"), .latest)) }
        for look in registry { intervals[look] = .seconds(600) }
        schedule.follow(intervals, at: .zero)
        let minutes = run(&schedule, minutes: 24 * 60)
        var counts: [Look: Int] = [:]
        for look in minutes.joined() { counts[look, default: 0] += 1 }
        #expect(sources.allSatisfy { counts[$0] == 24 * 60 })
        #expect(mirrors.allSatisfy { (24...26).contains(counts[$0] ?? 0) })
        #expect(registry.allSatisfy { (143...146).contains(counts[$0] ?? 0) })
        // Evenly spread, 1,000 an hour are 17 a minute, and 1,000 in ten minutes are 100.
        let later = minutes.dropFirst()
        #expect(later.map { $0.count { mirrors.contains($0) } }.max() ?? 0 < 60)
        #expect(later.map(\.count).max() ?? 0 < 250)
    }

    @Test
    func `a look that failed comes back after its own wait, sooner or later than its interval`() throws {
        var schedule = Schedule()
        let look = try mirror(1)
        schedule.follow([look: .seconds(3_600)], at: .zero)
        let minutes = run(&schedule, minutes: 61, failing: [look])
        #expect(minutes.indices.filter { !minutes[$0].isEmpty } == [0, 10, 20, 30, 40, 50, 60])
    }

    @Test
    func `what is hastened is due now and keeps its rhythm, what is not followed is not looked at`() throws {
        var schedule = Schedule()
        let (known, unknown) = (try mirror(1), try mirror(2))
        schedule.follow([known: .seconds(3_600)], at: .zero)
        schedule.made([known], failed: [:], at: .zero)
        #expect(schedule.due(at: .zero).isEmpty)
        schedule.hasten([known, unknown], at: .seconds(5))
        #expect(schedule.due(at: .seconds(5)) == [known])
        schedule.follow([:], at: .seconds(6))
        #expect(schedule.due(at: .seconds(100_000)).isEmpty)
    }

    @Test
    func `a machine that slept for a day looks once and goes on`() throws {
        var schedule = Schedule()
        let look = try mirror(1)
        schedule.follow([look: .seconds(60)], at: .zero)
        schedule.made([look], failed: [:], at: .zero)
        let morning = Duration.seconds(86_400)
        #expect(schedule.due(at: morning) == [look])
        schedule.made([look], failed: [:], at: morning)
        #expect(schedule.due(at: morning + .seconds(59)).isEmpty)
        #expect(schedule.due(at: morning + .seconds(60)) == [look])
    }
}
