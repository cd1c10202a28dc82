/// When each thing is looked at next; times are counted from the start of the loop on a clock that never jumps.
struct Schedule: Sendable {
    private struct Item {
        var interval: Duration
        var next: Duration
        /// The first look is at once, and so for many things together; the second spreads them.
        var isNew = true
    }

    private var items: [Look: Item] = [:]

    /// Follows exactly these looks from now on, each at its interval; one that is new is due at once.
    mutating func follow(_ intervals: [Look: Duration], at now: Duration) {
        var followed: [Look: Item] = [:]
        followed.reserveCapacity(intervals.count)
        for (look, interval) in intervals {
            var item = items[look] ?? Item(interval: interval, next: now)
            if item.interval != interval {
                item.interval = interval
                item.next = min(item.next, now + interval)
            }
            followed[look] = item
        }
        items = followed
    }

    /// Follows more looks, that have just been made, besides the others.
    mutating func add(_ looks: some Sequence<Look>, each interval: Duration, at now: Duration) {
        for look in looks where items[look] == nil { items[look] = Item(interval: interval, next: now) }
    }

    /// What is due at `now`.
    func due(at now: Duration) -> Set<Look> { Set(items.filter { $0.value.next <= now }.keys) }

    /// Makes looks due, those that are followed.
    mutating func hasten(_ looks: some Sequence<Look>, at now: Duration) {
        for look in looks where items[look] != nil { items[look]?.next = now }
    }

    /// Makes every look due.
    mutating func hastenAll(at now: Duration) { hasten(Array(items.keys), at: now) }

    /// Sets the next time for looks that were made at `now`; one that failed comes back after its own wait.
    mutating func made(_ looks: Set<Look>, failed waits: [Look: Duration], at now: Duration) {
        for look in looks {
            guard var item = items[look] else { continue }
            if let wait = waits[look] {
                item.next = now + wait
            } else if item.isNew {
                item.next = now + item.interval * look.phase
                item.isNew = false
            } else {
                // The rhythm is kept, whatever a pass took; what was missed is not made up for.
                let next = item.next + item.interval
                item.next = next > now ? next : now + item.interval
            }
            items[look] = item
        }
    }
}
