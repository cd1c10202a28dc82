/// What a look at the world found.
///
/// A look that failed is `unknown` and never `absent`: acting on "it is not there" when nobody could see would
/// rebuild, copy or delete what is perfectly in place.
enum Observed<Value> {
    case present(Value)
    case absent
    /// The look failed; the reason is one line for people, secrets already removed.
    case unknown(String)

    /// The value if it is there, nil both for `absent` and `unknown`.
    var value: Value? {
        guard case .present(let value) = self else { return nil }
        return value
    }

    func flatMap<Other>(_ transform: (Value) -> Observed<Other>) -> Observed<Other> {
        switch self {
        case .present(let value): transform(value)
        case .absent: .absent
        case .unknown(let reason): .unknown(reason)
        }
    }

    func map<Other>(_ transform: (Value) -> Other) -> Observed<Other> {
        switch self {
        case .present(let value): .present(transform(value))
        case .absent: .absent
        case .unknown(let reason): .unknown(reason)
        }
    }
}

extension Observed: Sendable where Value: Sendable {}
extension Observed: Equatable where Value: Equatable {}
