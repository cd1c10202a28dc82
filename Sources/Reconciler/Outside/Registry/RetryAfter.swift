import Glibc

/// How long to wait according to a `Retry-After` field (RFC 9110 section 10.2.3): seconds, or a date against `now`.
///
/// `now` is in seconds since 1970. What is past counts as zero, what is beyond a week as a week.
func parseRetryAfter(_ value: String, now: Int) -> Duration? {
    let week = 7 * 86_400
    if !value.isEmpty, value.utf8.allSatisfy({ (48...57).contains($0) }) {
        return .seconds(min(Int(value) ?? week, week))
    }
    return parseHTTPDate(value).map { .seconds(max(0, min($0 - now, week))) }
}

/// Seconds since 1970 of a date as HTTP has it, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7).
func parseHTTPDate(_ text: String) -> Int? {
    let words = text.split(separator: " ")
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    guard words.count == 6, words[0].count == 4, words[5] == "GMT",
        let day = Int32(words[1]), (1...31).contains(day),
        let month = months.firstIndex(of: String(words[2])),
        let year = Int32(words[3]), (1970...9999).contains(year)
    else { return nil }
    let time = words[4].split(separator: ":").map { Int32($0) ?? -1 }
    guard time.count == 3, (0...23).contains(time[0]), (0...59).contains(time[1]), (0...60).contains(time[2]) else {
        return nil
    }
    var fields = tm()
    (fields.tm_year, fields.tm_mon, fields.tm_mday) = (year - 1_900, Int32(month), day)
    (fields.tm_hour, fields.tm_min, fields.tm_sec) = (time[0], time[1], time[2])
    return timegm(&fields)
}
