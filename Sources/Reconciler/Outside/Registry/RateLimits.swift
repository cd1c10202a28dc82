import Synchronization

/// What each registry has said about how much may be asked of it: pauses after a 429, and the pulls that are left.
final class RateLimits: Sendable {
    /// How one registry stands.
    struct Standing: Sendable, Equatable {
        /// No request goes there before.
        var quietUntil: Moment?
        /// The pulls that were left when it last said so, and of how many.
        var remaining: Int?
        var limit: Int?
        /// When the window of the allowance ends at the latest.
        var windowEnd: Moment?
        /// The credential that it turned down last, if none was accepted since.
        var rejected: CredentialMark?
    }

    private struct Ledger {
        var standing = Standing()
        /// Pulls that are under way, which `remaining` may not know of yet.
        var reserved = 0
        /// What it said when it asked for quiet.
        var refusal = ""
    }

    /// Why pulls are not to be made.
    enum Refusal: Equatable {
        /// They would touch the last tenth, which is for people; the window ends then.
        case until(Moment)
        /// Even a whole window is too small for them; this many it allows at the most.
        case never(most: Int)
    }

    private let now: @Sendable () -> Moment
    private let ledgers = Mutex<[RegistryHost: Ledger]>([:])

    init(now: @escaping @Sendable () -> Moment = Moment.current) { self.now = now }

    /// Notes what an answer says of the allowance.
    ///
    /// No registry says when its window ends. It began before it was first heard of, so that moment and a window's length
    /// are the latest end; a number that has clearly grown begins a new window. Answers may come out of order.
    func note(_ allowance: RateAllowance, of host: RegistryHost) {
        let now = now()
        ledgers.withLock { ledgers in
            var ledger = ledgers[host] ?? Ledger()
            let isOld = ledger.standing.windowEnd.map { $0 > now } ?? false
            let disorder = (ledger.standing.limit ?? 0) / 20
            let isSame = isOld && allowance.remaining <= (ledger.standing.remaining ?? 0) + disorder
            if !isSame { ledger.standing.windowEnd = allowance.window.map { now + $0 } }
            ledger.standing.remaining = allowance.remaining
            ledger.standing.limit = allowance.limit ?? max(ledger.standing.limit ?? 0, allowance.remaining)
            ledgers[host] = ledger
        }
    }

    /// Notes that a registry wants to be left alone: as long as it said, else until its window ends, else five minutes.
    ///
    /// Nothing shortens it, least of all another such answer. `words` are what people read of it.
    func noteRefusal(retryAfter: Duration?, by host: RegistryHost, _ words: String = "") {
        let now = now()
        ledgers.withLock { ledgers in
            let standing = ledgers[host]?.standing ?? Standing()
            let window = standing.windowEnd.flatMap { $0 > now ? $0 : nil }
            let until = retryAfter.map { now + $0 } ?? window ?? now + .seconds(300)
            ledgers[host, default: Ledger()].standing.quietUntil = max(until, standing.quietUntil ?? until)
            ledgers[host]?.refusal = words
        }
    }

    /// One line on a registry that wants quiet, the same for all that is not asked; nil if it does not.
    func silence(of host: RegistryHost) -> String? {
        guard let until = quiet(at: host) else { return nil }
        let words = ledgers.withLock { $0[host]?.refusal } ?? ""
        // To the minute: answers that come together ask for the same, give or take a second.
        let minute = Moment(seconds: (until.seconds + 59) / 60 * 60)
        return "\(host) wants to be left alone until \(minute)" + (words.isEmpty ? "" : " (\(words))")
    }

    /// Notes which credential a registry turned down; nil once it has accepted one.
    func note(rejected mark: CredentialMark?, by host: RegistryHost) {
        ledgers.withLock { ledgers in
            if mark != nil || ledgers[host] != nil { ledgers[host, default: Ledger()].standing.rejected = mark }
        }
    }

    /// The credential that a registry turned down last, in this run or before.
    func rejected(by host: RegistryHost) -> CredentialMark? { ledgers.withLock { $0[host]?.standing.rejected } }

    /// Until when nothing may be asked of a registry; nil if it may.
    func quiet(at host: RegistryHost) -> Moment? {
        let now = now()
        return ledgers.withLock { ledgers in ledgers[host]?.standing.quietUntil.flatMap { $0 > now ? $0 : nil } }
    }

    /// Sets pulls aside that are about to be made, or says why not.
    ///
    /// What is too large for what is left keeps nothing smaller from being pulled; it comes first in the next window,
    /// having waited longest.
    func reserve(_ pulls: Int, at host: RegistryHost) -> Refusal? {
        let now = now()
        return ledgers.withLock { ledgers in
            guard var ledger = ledgers[host], let remaining = ledger.standing.remaining,
                let limit = ledger.standing.limit, let end = ledger.standing.windowEnd, end > now
            else { return nil }
            let most = limit - limit / 10
            guard pulls <= most else { return .never(most: most) }
            guard remaining - ledger.reserved - pulls >= limit / 10 else { return .until(end) }
            ledger.reserved += pulls
            ledgers[host] = ledger
            return nil
        }
    }

    /// Gives back what was set aside and has been used, or will not be.
    func release(_ pulls: Int, at host: RegistryHost) {
        ledgers.withLock { ledgers in
            guard let reserved = ledgers[host]?.reserved else { return }
            ledgers[host]?.reserved = max(0, reserved - pulls)
        }
    }

    /// Whether a registry counts the manifests that are loaded, as Docker Hub does and others may have said.
    func countsPulls(_ host: RegistryHost) -> Bool {
        host == .dockerHub || ledgers.withLock { $0[host]?.standing.remaining != nil }
    }

    /// How every registry that has said anything stands.
    var standings: [RegistryHost: Standing] { ledgers.withLock { $0.mapValues(\.standing) } }

    /// Takes over what was known before; a time further off than a week comes from a clock that was wrong.
    func restore(_ standings: [RegistryHost: Standing]) {
        let latest = now() + .seconds(7 * 86_400)
        ledgers.withLock { ledgers in
            for (host, standing) in standings where ledgers[host] == nil {
                var standing = standing
                standing.quietUntil = standing.quietUntil.map { min($0, latest) }
                standing.windowEnd = standing.windowEnd.map { min($0, latest) }
                ledgers[host] = Ledger(standing: standing)
            }
        }
    }
}
