/// A point in wall-clock time, in whole milliseconds since 1970 in UTC; for stamps, never for waiting.
struct Moment: Hashable, Comparable, Sendable, CustomStringConvertible {
    let milliseconds: Int64

    init(milliseconds: Int64) { self.milliseconds = milliseconds }

    init(seconds: Int64) { milliseconds = seconds * 1_000 }

    static func < (left: Moment, right: Moment) -> Bool { left.milliseconds < right.milliseconds }

    static func + (moment: Moment, duration: Duration) -> Moment {
        Moment(milliseconds: moment.milliseconds + Int64(duration.inSeconds * 1_000))
    }

    static func - (later: Moment, earlier: Moment) -> Duration {
        .milliseconds(later.milliseconds - earlier.milliseconds)
    }

    /// Seconds since 1970, rounded down.
    var seconds: Int64 { Int64((Double(milliseconds) / 1_000).rounded(.down)) }

    /// RFC 3339 in UTC, to the second: `2026-11-23T18:04:05Z`.
    var description: String { "\(date)T\(timeOfDay)Z" }

    /// The time of day in UTC: `18:04:05`.
    var timeOfDay: String {
        let rest = seconds - days * 86_400
        return "\(twoDigits(rest / 3_600)):\(twoDigits(rest / 60 % 60)):\(twoDigits(rest % 60))"
    }

    /// The day in UTC: `2026-11-23`.
    var date: String {
        let (year, month, day) = civil(fromDays: days)
        return "\(year)-\(twoDigits(month))-\(twoDigits(day))"
    }

    /// The begin of a day in UTC, written as `date` gives it; nil for any other text.
    init?(date: String) {
        let parts = date.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], date.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }),
            let year = Int64(parts[0]), let month = Int64(parts[1]), let day = Int64(parts[2])
        else { return nil }
        // No day is further from the first of March than this, and the way back tells what is no date.
        let guess = (year - 1_970) * 146_097 / 400 + (month - 1) * 30 + day
        let days = (guess - 5...guess + 8).first { civil(fromDays: $0) == (year, month, day) }
        guard let days else { return nil }
        self.init(seconds: days * 86_400)
    }

    private var days: Int64 { Int64((Double(seconds) / 86_400).rounded(.down)) }
}

private func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

/// The Gregorian date of a day counted from 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
private func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
}
