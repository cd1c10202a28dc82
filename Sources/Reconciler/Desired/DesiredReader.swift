/// Reads the three files of `desired/` from wherever they are, and tells everything that is wrong at once.
struct DesiredReader: Sendable {
    /// The largest file that is read, in bytes.
    static let largestFile = 1 << 20

    /// Absolute folders whose repositories may be named by path (`--allow-local`).
    let allowedFolders: [String]

    init(allowedFolders: [String] = []) { self.allowedFolders = allowedFolders }

    /// Reads the files that `contents` gives for their names; nil for one that is not there, which counts as empty.
    func read(_ contents: (String) throws(Malformed) -> [UInt8]?) throws(InvalidDesired) -> Desired {
        let build = DesiredFile("build.json", contents)
        let mirror = DesiredFile("mirror.json", contents)
        let webhook = DesiredFile("webhooks.json", contents)
        let desired = Desired(builds: builds(in: build), mirrors: mirrors(in: mirror), webhooks: webhooks(in: webhook))
        Claim.check([build, mirror])
        let faults = [build, mirror, webhook].flatMap(\.faults)
        guard faults.isEmpty else { throw InvalidDesired(faults: faults) }
        return desired
    }

    private func builds(in file: DesiredFile) -> [BuildEntry] {
        guard let json = file.parse() else { return [] }
        guard let members = json.members else {
            file.report(json.isNo("an object: { \"IMAGE\": { \"URL\": … } }").message, at: json.offset)
            return []
        }
        var first: [String: Int] = [:]
        return members.compactMap { member in
            let claims = file.claims
            let entry = BuildEntry(member, in: file, allowedFolders: allowedFolders)
            guard let line = first[member.key] else {
                first[member.key] = file.line(at: member.offset)
                return entry
            }
            file.claims = claims
            file.report("stands twice; first in line \(line)", at: member.offset, entry: member.key)
            return nil
        }
    }

    private func mirrors(in file: DesiredFile) -> [MirrorEntry] {
        elements(of: file, cure: "a list: [ \"alpine:3.20\" ]").compactMap { number, json in
            MirrorEntry(json, number: number, in: file)
        }
    }

    private func webhooks(in file: DesiredFile) -> [WebhookEntry] {
        var first: [WebhookEntry: Int] = [:]
        return elements(of: file, cure: "a list: [ \"https://…\" ]").compactMap { number, json in
            let place = Place(file: file, entry: WebhookEntry.label(of: json, number: number))
            guard let entry = WebhookEntry(json, at: place, usually: .build) else { return nil }
            guard let line = first[entry] else {
                first[entry] = file.line(at: json.offset)
                return entry
            }
            place.report("stands twice; first in line \(line)", at: json.offset)
            return nil
        }
    }

    /// The elements of the file's list with their numbers, counted from 1.
    private func elements(of file: DesiredFile, cure: String) -> [(Int, JSON)] {
        guard let json = file.parse() else { return [] }
        guard let elements = json.array else {
            file.report(json.isNo(cure).message, at: json.offset)
            return []
        }
        return Array(zip(1..., elements))
    }
}
