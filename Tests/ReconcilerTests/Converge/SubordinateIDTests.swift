import Testing

@testable import Reconciler

struct SubordinateIDTests {
    private static let none = #"level=warning msg="Found no UID ranges set aside for user \"me\" in /etc/subuid.""#
    private static let cure =
        "the account me has no subordinate ids, which an ordinary user's build needs; as root: "
        + "usermod --add-subuids 100000-165535 --add-subgids 100000-165535 me"

    @Test(
        arguments: [
            ([none, "error setting supplemental groups list: operation not permitted"], cure),
            (
                ["potentially insufficient UIDs or GIDs available in user namespace (requested 0:42 for /etc/gshadow)"],
                cure
            ),
            ([none, "Error: building at STEP \"RUN false\": exit status 1"], nil),
            (["chown: operation not permitted"], nil),
            ([], nil),
            (
                [#"exec: "newuidmap": executable file not found in $PATH"#],
                "an ordinary user's build needs newuidmap; as root: apt-get install uidmap"
            ),
        ] as [([String], String?)]
    )
    func `a build that lacks ids is told from one that fails`(lines: [String], complaint: String?) {
        #expect(SubordinateIDs.complaint(in: lines, account: "me") == complaint)
    }
}
