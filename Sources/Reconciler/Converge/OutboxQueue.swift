/// What waits to be delivered: for each URL a row in which only the first is tried.
///
/// Times are counted on a clock that nobody sets, from the outbox's start: stamps of the state file are turned into
/// them once, so that a jump of the system's time neither wakes nor ends a delivery.
struct OutboxQueue {
    struct Item: Equatable {
        var record: DeliveryRecord
        /// When the image changed; before zero if that was before the start.
        let created: Duration
        var due: Duration
    }

    private struct Row {
        var items: [Item] = []
        var isUnderWay = false
    }

    private var rows: [String: Row] = [:]

    /// All that waits, in the order of their numbers.
    var records: [DeliveryRecord] {
        rows.values.flatMap { $0.items.map(\.record) }.sorted { $0.number < $1.number }
    }

    /// Takes a delivery in; a stamp in the future counts as one of now, a pause longer than a day as a day.
    mutating func insert(_ record: DeliveryRecord, now: Moment, elapsed: Duration) {
        guard case .waiting(let waiting) = record.state else { return }
        let item = Item(
            record: record,
            created: elapsed - max(.zero, now - record.created),
            due: elapsed + min(max(.zero, waiting.next - now), waiting.isHeld ? DeliveryFate.day : .seconds(3_600))
        )
        var row = rows[record.url] ?? Row()
        // A first one that is under way stays first.
        let place = row.items.lastIndex { $0.record.number < record.number }.map { $0 + 1 } ?? 0
        row.items.insert(item, at: max(place, row.isUnderWay ? 1 : 0))
        rows[record.url] = row
    }

    /// Takes out up to `limit` first ones that are due; each holds back its URL until `finish` or `putBack`.
    mutating func take(elapsed: Duration, atMost limit: Int) -> [Item] {
        let due = rows.filter { !$0.value.isUnderWay && $0.value.items.first.map { $0.due <= elapsed } ?? false }
        let items = due.values.compactMap(\.items.first).sorted {
            ($0.due, $0.record.number) < ($1.due, $1.record.number)
        }
        let taken = items.prefix(max(0, limit))
        for item in taken { rows[item.record.url]?.isUnderWay = true }
        return Array(taken)
    }

    /// Takes out the first one of each URL, due or not, unless its receiver asked to be left alone.
    mutating func takeAll(elapsed: Duration) -> [Item] {
        rows.keys.compactMap { takeNext(of: $0, elapsed: elapsed) }.sorted { $0.record.number < $1.record.number }
    }

    /// Takes out the first one of `url` as `takeAll` does.
    mutating func takeNext(of url: String, elapsed: Duration) -> Item? {
        guard let row = rows[url], !row.isUnderWay, let item = row.items.first,
            case .waiting(let waiting) = item.record.state, !waiting.isHeld || item.due <= elapsed
        else { return nil }
        rows[url]?.isUnderWay = true
        return item
    }

    /// The taken one has come to its end.
    mutating func finish(_ item: Item) {
        rows[item.record.url]?.isUnderWay = false
        rows[item.record.url]?.items.removeFirst()
        if rows[item.record.url]?.items.isEmpty == true { rows[item.record.url] = nil }
    }

    /// The taken one stays first in its row, as `record`, until it is due.
    mutating func putBack(_ record: DeliveryRecord, due: Duration) {
        rows[record.url]?.isUnderWay = false
        guard let first = rows[record.url]?.items.first else { return }
        rows[record.url]?.items[0] = Item(record: record, created: first.created, due: due)
    }

    /// When the next row may go on, of those that are not under way; nil if there is none.
    var nextDue: Duration? {
        rows.values.filter { !$0.isUnderWay }.compactMap { $0.items.first?.due }.min()
    }
}
