/// A value that is seldom there: while it is not, it takes up the room of a pointer.
@propertyWrapper
struct Apart<Value: Sendable & Equatable>: Sendable, Equatable {
    private var box: Shared<Value>?

    init(wrappedValue: Value?) { box = wrappedValue.map(Shared.init) }

    var wrappedValue: Value? {
        get { box?.value }
        set { box = newValue.map(Shared.init) }
    }

    static func == (left: Apart, right: Apart) -> Bool {
        left.box === right.box || left.wrappedValue == right.wrappedValue
    }
}
