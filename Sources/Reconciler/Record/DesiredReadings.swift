import Synchronization

/// Remembers what `desired/` was last read as: its bytes seldom change, and are read in every pass.
final class DesiredReadings: Sendable {
    private struct Known {
        let files: DesiredFiles
        let desired: Desired
    }

    private let reader: DesiredReader
    private let known = Mutex<Known?>(nil)

    init(by reader: DesiredReader) { self.reader = reader }

    /// What the files say; the same files say the same, wherever they were taken from.
    func reading(_ files: DesiredFiles) -> DesiredReading {
        if let desired = known.withLock({ $0.flatMap { $0.files.saysTheSame(as: files) ? $0.desired : nil } }) {
            return .valid(desired, files: files.bytes)
        }
        let reading = DesiredReading(files, by: reader)
        if case .valid(let desired, _) = reading { known.withLock { $0 = Known(files: files, desired: desired) } }
        return reading
    }
}

extension DesiredFiles {
    /// Whether no reader could tell the two apart.
    fileprivate func saysTheSame(as other: DesiredFiles) -> Bool {
        // Of a file that could not be taken nobody knows what it says.
        let isWhole = bytes.count == contents.count && other.bytes.count == other.contents.count
        return isWhole && hasFolder == other.hasFolder && misnamed == other.misnamed && bytes == other.bytes
    }
}
