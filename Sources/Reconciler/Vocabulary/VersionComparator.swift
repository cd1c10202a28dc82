/// One comparator of a range: `>=1.20`, `~1.22-alpine`, `1.x`.
struct VersionComparator {
    /// A version whose last numbers may be left open.
    struct Partial {
        /// The numbers that are given, at most three.
        let numbers: [Int]
        let suffix: Glob?
    }

    let version: Partial
    let span: Span

    /// Reads a comparator of `range`, which faults quote.
    init(_ text: String, of range: String) throws(Malformed) {
        let sign = text.prefix { "<>=~^".contains($0) }
        version = try partial(text.dropFirst(sign.count), of: range)
        let (low, next) = (version.low, version.next)
        switch sign {
        case "", "=", "==": span = Span(low: low, high: next)
        case ">=": span = Span(low: low, high: nil)
        case ">": span = next.map { Span(low: $0, high: nil) } ?? Span(low: low, high: low)
        case "<": span = Span(low: Span.all.low, high: low)
        case "<=": span = Span(low: Span.all.low, high: next)
        case "~", "~>": span = Span(low: low, high: version.raised(at: min(1, version.numbers.count - 1)))
        case "^": span = Span(low: low, high: version.raised(at: version.caretPlace))
        default:
            throw Malformed("\(quoted(range)): \(quoted(String(sign))) is no comparison; known are > >= < <= = ~ ^")
        }
    }
}

extension VersionComparator.Partial {
    /// The lowest version it stands for.
    var low: Version.Numbers { filled(numbers) }

    /// The first version above all it stands for; nil if it stands for every version.
    var next: Version.Numbers? { raised(at: numbers.count - 1) }

    /// The version after the number at `place` is raised by one and what follows is dropped; nil below the first.
    func raised(at place: Int) -> Version.Numbers? {
        guard place >= 0 else { return nil }
        var raised = Array(numbers.prefix(place + 1))
        raised[place] += 1
        return filled(raised)
    }

    /// The place of the first number that is not zero, which `^` holds fast; else the last that is given.
    var caretPlace: Int { numbers.firstIndex { $0 > 0 } ?? numbers.count - 1 }

    private func filled(_ numbers: [Int]) -> Version.Numbers {
        let all = numbers + [0, 0, 0]
        return Version.Numbers(major: all[0], minor: all[1], patch: all[2])
    }
}

/// Reads `1.22`, `v1.x`, `*`, `1.22.3-alpine*`.
private func partial(_ text: Substring, of range: String) throws(Malformed) -> VersionComparator.Partial {
    let fault = Malformed("\(quoted(range)): \(quoted(String(text))) is no version; write for example 1.22 or 1.x")
    let bare = text.first == "v" ? text.dropFirst() : text
    let core = bare.prefix { $0 != "-" }
    let parts = core.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count) else { throw fault }
    var numbers: [Int] = []
    var isOpen = false
    for part in parts {
        if ["x", "X", "*"].contains(part) {
            isOpen = true
        } else if !isOpen, let number = versionNumber(part) {
            numbers.append(number)
        } else {
            throw fault
        }
    }
    guard core.endIndex < bare.endIndex else { return VersionComparator.Partial(numbers: numbers, suffix: nil) }
    let suffix = String(bare[core.endIndex...].dropFirst())
    guard !suffix.isEmpty, suffix.utf8.allSatisfy({ isTagByte($0) || "*?".utf8.contains($0) }) else { throw fault }
    return VersionComparator.Partial(numbers: numbers, suffix: Glob(suffix))
}
