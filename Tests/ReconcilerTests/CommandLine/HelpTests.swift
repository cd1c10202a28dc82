import Testing

@testable import Reconciler

struct HelpTests {
    @Test func `the overview fits one screen`() {
        let lines = HelpTopic.overview.split(separator: "\n", omittingEmptySubsequences: false)
        // A terminal's usual 24 lines, the prompt among them.
        #expect(lines.count <= 24)
        #expect(lines.allSatisfy { $0.count <= 80 }, "\(lines.filter { $0.count > 80 })")
    }

    @Test func `the overview names every option and every command`() {
        for option in SettingOption.allCases {
            #expect(HelpTopic.overview.contains(option.name))
            #expect(HelpTopic.optionsPage.contains(option.name))
        }
        for option in CommandOption.allCases { #expect(HelpTopic.overview.contains(option.name)) }
        for topic in HelpTopic.allCases where topic != .service { #expect(HelpTopic.overview.contains(topic.rawValue)) }
    }

    @Test(arguments: HelpTopic.allCases)
    func `each page has examples, exit statuses and its options, eighty columns wide`(topic: HelpTopic) {
        let page = topic.text
        #expect(page.contains("\nExamples\n"))
        #expect(page.contains("\nExit status\n"))
        #expect(page.split(separator: "\n").allSatisfy { $0.count <= 80 })
        for option in CommandOption.allCases where option.topics.contains(topic) && option.topics.count < 5 {
            #expect(page.contains(option.name))
        }
    }

    @Test func `the examples of every page are understood`() throws {
        for topic in HelpTopic.allCases {
            let examples = topic.text.split(separator: "\n").drop { $0 != "Examples" }.prefix { $0 != "Exit status" }
            #expect(examples.count > 1)
            for line in examples.dropFirst() {
                let words = line.split(separator: " ").drop { $0 != "reconcile" }.dropFirst()
                let arguments = words.prefix { !$0.hasPrefix("(") }.map { $0.filter { $0 != "'" } }
                #expect(throws: Never.self, "\(line)") { try Invocation(arguments: arguments, environment: [:]) }
            }
        }
    }
}
