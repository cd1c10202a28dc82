import Testing

@testable import Reconciler

struct JSONReaderTests {
    @Test(arguments: [
        ("null", "null"), (" true ", "true"), ("\t[\r\n]\n", "[]"), ("{}", "{}"), ("\"\"", "\"\""),
        ("[1, -0, 0.5, 1e300, 1E+2, -12.5e-3]", "[1,-0,0.5,1e300,1E+2,-12.5e-3]"),
        ("{\"a\": {\"b\": [null]}}", "{\"a\":{\"b\":[null]}}"),
        ("\"\\u0041\\u00e9\\ud83d\\ude00\"", "\"Aé😀\""),
        ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\u0008\\u000c\\n\\r\\t\""),
        ("\"é😀\u{7F}\"", "\"é😀\\u007f\""), ("\"\\u0000\"", "\"\\u0000\""),
    ])
    func `what RFC 8259 allows is read and written again`(text: String, compact: String) throws {
        let read = try JSONReader.read(text.utf8)
        #expect(read.compact == compact)
        #expect(try JSONReader.read(read.compact.utf8).compact == compact)
        #expect(try JSONReader.read(read.pretty.utf8).compact == compact)
    }

    @Test(arguments: [
        ("", 0), (" ", 1), ("nul", 0), ("tru", 0), ("True", 0), ("NaN", 0), ("'a'", 0), ("[1,]", 2), ("{\"a\":1,}", 6),
        ("[,1]", 1), ("[1 2]", 3), ("{\"a\" 1}", 5), ("{a:1}", 1), ("{\"a\":}", 5), ("[", 1), ("{\"a\":1", 6),
        ("1 1", 2),
        ("]", 0), ("01", 0), ("-", 0), ("-01", 0), ("1.", 0), (".5", 0), ("1e", 0), ("1e+", 0), ("+1", 0), ("0x1", 1),
        ("\"a", 0), ("\"\\", 1), ("\"\\x\"", 1), ("\"\\u12\"", 1), ("\"\\u12g4\"", 1), ("\"a\u{1}\"", 2),
        ("\"a\n\"", 0), ("\"\\ud800\"", 1), ("\"\\udc00\"", 1), ("\"\\ud800\\u0041\"", 1), ("\"\\ud800x\"", 1),
        ("\"\\ud800\\ud800\"", 1), ("// x\n1", 0), ("[1] // x", 4), ("\u{FEFF}1", 0), ("1\u{A0}", 1),
        ("{\"a\":1,\"a\":2}", 7), ("{\"a\":1,\"\\u0061\":2}", 7),
    ])
    func `what it does not allow is refused at its place`(text: String, offset: Int) {
        let fault = #expect(throws: JSONReader.Fault.self) { try JSONReader.read(text.utf8) }
        #expect(fault?.offset == offset)
    }

    @Test(
        arguments: [
            ([0x22, 0xFF, 0x22], 1), ([0x22, 0x61, 0xC3, 0x22], 2), ([0x22, 0xC0, 0x80, 0x22], 1),
            ([0x22, 0xED, 0xA0, 0x80, 0x22], 1), ([0x22, 0xF5, 0x80, 0x80, 0x80, 0x22], 1), ([0xFF, 0xFE], 0),
            ([0x5B, 0], 0),
        ] as [([UInt8], Int)]
    )
    func `bytes that are no UTF-8 are refused at the first wrong one`(bytes: [UInt8], offset: Int) {
        let fault = #expect(throws: JSONReader.Fault.self) { try JSONReader.read(bytes) }
        #expect(fault?.offset == offset)
    }

    @Test func `sixty-four levels are read and one more is refused`() throws {
        func nested(_ levels: Int) -> String {
            String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        }
        #expect(try JSONReader.read(nested(64).utf8).array?.count == 1)
        #expect(throws: JSONReader.Fault.self) { try JSONReader.read(nested(65).utf8) }
        #expect(throws: JSONReader.Fault.self) {
            try JSONReader.read(String(repeating: "[{\"a\":", count: 100_000).utf8)
        }
        #expect(try JSONReader.read(("[" + String(repeating: "[],", count: 100) + "[]]").utf8).array?.count == 101)
    }

    @Test(
        arguments: [
            ("1e300", nil, 1e300), ("1e999", nil, nil), ("-1e999", nil, nil),
            ("9223372036854775807", Int.max, 9.223372036854775807e18),
            ("9223372036854775808", nil, 9.223372036854775808e18), ("1.5", nil, 1.5), ("-7", -7, -7), ("1e2", nil, 100),
            ("-0", 0, 0),
        ] as [(String, Int?, Double?)]
    )
    func `hostile numbers convert to nothing instead of trapping`(text: String, int: Int?, double: Double?) throws {
        let number = try JSONReader.read(text.utf8)
        #expect(number.int == int)
        #expect(number.double == double)
    }

    @Test func `keys that stand twice are told with the place of the second, and both are kept`() throws {
        var reader = JSONReader(Array("{\"a\":1,\"b\":{\"c\":1,\"c\":2},\"a\":3}".utf8))
        let value = try reader.readDocument()
        #expect(reader.duplicates.map(\.key) == ["c", "a"])
        #expect(reader.duplicates.map(\.offset) == [18, 25])
        #expect(value.members?.map(\.offset) == [1, 7, 25])
    }

    @Test func `values know where they stand`() throws {
        let value = try JSONReader.read("{ \"a\" :  [ 1,\n null ] }".utf8)
        #expect(value["a"]?.offset == 9)
        #expect(value["a"]?.array?.map(\.offset) == [11, 15])
        #expect(value["b"] == nil)
    }
}

struct JSONWriterTests {
    @Test func `text that could break out of a page or a line is escaped`() {
        #expect(JSON.string("</script>\u{2028}\u{85}\u{1B}\n").compact == "\"\\u003c/script>\\u2028\\u0085\\u001b\\n\"")
    }

    @Test func `members without a value are left out and the order is kept`() {
        #expect(JSON(members: [("b", 1), ("x", nil), ("a", ["c", true])]).compact == "{\"b\":1,\"a\":[\"c\",true]}")
    }

    @Test func `pretty text is indented by two spaces`() {
        let value = JSON(members: [("a", [1, []]), ("b", JSON(members: []))])
        #expect(value.pretty == "{\n  \"a\": [\n    1,\n    []\n  ],\n  \"b\": {}\n}\n")
    }

    @Test(arguments: [
        (0.1234567, "0.123"), (2, "2"), (.infinity, "null"), (.nan, "null"), (1e300, "null"), (-0.5, "-0.5"),
    ])
    func `numbers with a fraction are rounded to thousandths`(number: Double, text: String) {
        #expect(JSON.number(number).compact == text)
    }

    @Test func `every scalar survives writing and reading`() throws {
        var text = ""
        for value in UInt32(0)...0x3000 { text.unicodeScalars.append(Unicode.Scalar(value) ?? " ") }
        let read = try JSONReader.read(JSON.string(text).compact.utf8)
        #expect(read.string.map { Array($0.utf8) } == Array(text.utf8))
    }
}
