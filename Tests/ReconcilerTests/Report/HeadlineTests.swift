import Testing

@testable import Reconciler

struct HeadlineTests {
    private func headline(_ change: (inout SampleBoard) -> Void = { _ in }) throws -> String {
        var sample = try SampleBoard(builds: ["api", "web"])
        for image in sample.board.images.map(\.image) {
            sample.board.update(image) { $0.becomes(.inLine, at: SampleBoard.start) }
        }
        change(&sample)
        let headline = Headline(sample.board)
        return "\(headline.state): \(headline.text)"
    }

    @Test
    func `when all is in line it says so plainly`() throws {
        #expect(try headline() == "in-line: All 2 images in line")
        let nothing = Headline(try SampleBoard(builds: []).board)
        #expect(nothing.text == "Nothing is desired yet")
    }

    @Test
    func `what waits or is worked on is no failure`() throws {
        let waiting = try headline { sample in
            sample.board.update(.build("api")) {
                $0.becomes(.waiting(why: "settling", until: nil), at: SampleBoard.start)
            }
        }
        #expect(waiting == "in-line: 1 of 2 images in line")
        let working = try headline { sample in
            let work = ImageStatus.Work(verb: "build", reasons: [], began: SampleBoard.start)
            sample.board.update(.build("api")) { $0.becomes(.working(work), at: SampleBoard.start) }
        }
        #expect(working == "working: 1 of 2 images in line")
    }

    @Test
    func `each kind of trouble is named, the worst first`() throws {
        let all = try headline { sample in
            sample.fail(.build("api"), "exit status 1")
            sample.board.update(.build("web")) { $0.becomes(.unknown(why: "away"), at: SampleBoard.start) }
            sample.board.note(
                faults: [.init(file: "a", position: nil, entry: nil, message: "b")],
                at: SampleBoard.start
            )
            for subject in Trouble.Subject.allCases {
                sample.board.note(trouble: "it is so", about: subject, at: SampleBoard.start)
            }
            sample.board.diskFree = ByteCount(bytes: 1)
        }
        #expect(
            all == "failing: The service cannot begin; the registry does not answer; the state file cannot be written; "
                + "the config repo cannot be looked at; desired/ is invalid; the disk is full; 1 of 2 images fails; "
                + "1 of 2 images could not be looked at; a damaged state file was set aside"
        )
    }
}
