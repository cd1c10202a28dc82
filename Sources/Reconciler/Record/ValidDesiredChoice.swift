/// What came of reading `desired/`.
enum DesiredReading: Sendable, Equatable {
    /// The values, and the bytes they were read from, to be kept.
    case valid(Desired, files: [String: [UInt8]])
    case invalid([ConfigurationFault])

    init(_ files: DesiredFiles, by reader: DesiredReader) {
        do throws(InvalidDesired) {
            self = .valid(try reader.read(files), files: files.bytes)
        } catch {
            self = .invalid(error.faults)
        }
    }
}

/// The configuration to go by, and what is wrong with the one that stands in `desired/`.
struct DesiredLook: Sendable, Equatable {
    /// Nil if there never was a valid one: nothing may be touched then.
    let desired: Desired?
    let faults: [ConfigurationFault]

    /// An invalid `desired/` is replaced by the last valid one as a whole.
    init(_ reading: DesiredReading, lastValid: Desired?) {
        switch reading {
        case .valid(let desired, _):
            self.desired = desired
            faults = []
        case .invalid(let faults):
            desired = lastValid
            self.faults = faults
        }
    }
}

/// Tells which faults are new, so that each is logged once, however often it is seen.
struct FaultEdges: Sendable {
    /// What is to be told after a look.
    struct News: Sendable, Equatable {
        /// The faults that were not there at the look before.
        let new: [ConfigurationFault]
        /// Whether there were faults and none is left.
        let areMended: Bool
    }

    /// Without their lines: a fault that only moved within its file is none that is new.
    private var known: Set<ConfigurationFault> = []

    mutating func see(_ faults: [ConfigurationFault]) -> News {
        let news = News(
            new: faults.filter { !known.contains($0.withoutPosition) },
            areMended: !known.isEmpty && faults.isEmpty
        )
        known = Set(faults.map(\.withoutPosition))
        return news
    }
}

extension ConfigurationFault {
    fileprivate var withoutPosition: ConfigurationFault {
        ConfigurationFault(file: file, position: nil, entry: entry, message: message)
    }
}
