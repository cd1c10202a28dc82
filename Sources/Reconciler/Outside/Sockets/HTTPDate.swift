import Glibc

/// The current time for deadlines, and the text of it for answers, which is written once a second.
struct HTTPDate {
    private var second: time_t = -1
    private var text = ""

    mutating func moment() -> HTTPMoment {
        let second = time(nil)
        if second != self.second {
            self.second = second
            text = Self.text(of: second)
        }
        return HTTPMoment(now: .now, date: text)
    }

    /// `second` since 1970 as RFC 9110 section 5.6.7 writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func text(of second: time_t) -> String {
        var second = second
        var parts = tm()
        guard gmtime_r(&second, &parts) != nil else { return text(of: 0) }
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let time = [parts.tm_hour, parts.tm_min, parts.tm_sec].map(twoDigits).joined(separator: ":")
        let date = "\(twoDigits(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1_900)"
        return "\(days[Int(parts.tm_wday)]), \(date) \(time) GMT"
    }
}

private func twoDigits(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
