/// One JSON object, read key by key; what nobody has asked for by the end is an unknown key.
///
/// So a key is made known by reading it and nowhere else. A faulty value reads as nil, as a missing one does: its fault
/// is noted, and with any fault noted nothing of `desired/` is used.
struct Fields {
    let place: Place
    private let members: [JSON.Member]
    private var known: [String] = []

    /// Takes an object apart; nil with a fault if `json` is something else, `cure` saying what to write.
    init?(_ json: JSON, at place: Place, cure: String) {
        guard let members = json.members else {
            place.report(json.isNo(cure).message, at: json.offset)
            return nil
        }
        self.place = place
        self.members = place.distinct(members)
    }

    /// The member as it stands.
    mutating func member(_ key: String) -> JSON.Member? {
        if !known.contains(key) { known.append(key) }
        return members.first { $0.key == key }
    }

    /// The value of a key, turned by `read` into what it means.
    mutating func value<Value>(_ key: String, _ read: (JSON) throws(Malformed) -> Value) -> Value? {
        guard let json = member(key)?.value else { return nil }
        return place.inside(key).attempt(at: json.offset) { () throws(Malformed) in try read(json) }
    }

    /// The elements of a list.
    mutating func elements(_ key: String) -> [JSON]? {
        value(key) { json throws(Malformed) in try json.elements() }
    }

    /// The members of an object.
    mutating func object(_ key: String, cure: String) -> [JSON.Member]? {
        let members = value(key) { json throws(Malformed) in
            guard let members = json.members else { throw json.isNo(cure) }
            return members
        }
        return members.map(place.inside(key).distinct)
    }

    /// A list of at least one element, none of them twice, each with its offset.
    mutating func distinct<Value: Hashable>(
        _ key: String,
        _ convert: (JSON) throws(Malformed) -> Value
    ) -> [(value: Value, offset: Int)]? {
        guard let list = member(key)?.value, let elements = elements(key) else {
            return nil
        }
        let place = place.inside(key)
        if elements.isEmpty { place.report("the list is empty; leave the key out or name one", at: list.offset) }
        var seen: Set<Value> = []
        var read: [(value: Value, offset: Int)] = []
        for element in elements {
            guard let value = place.attempt(at: element.offset, { () throws(Malformed) in try convert(element) }) else {
                continue
            }
            if seen.insert(value).inserted {
                read.append((value, element.offset))
            } else {
                place.report("\(quoted("\(value)")) stands twice", at: element.offset)
            }
        }
        return read
    }

    /// Reports the keys that nobody has asked for.
    func finish() {
        for member in members where !known.contains(member.key) {
            let keys = known.filter { $0 != "url" || !known.contains("URL") }
            let cure =
                nearest(to: member.key, among: keys).map { " (did you mean \(quoted($0))?)" }
                ?? "; known are \(keys.joined(separator: ", "))"
            place.report("unknown key \(quoted(member.key))\(cure)", at: member.offset)
        }
    }
}
