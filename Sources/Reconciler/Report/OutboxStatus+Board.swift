extension OutboxStatus {
    /// The deliveries as the page shows them.
    var webhooks: [StatusBoard.Webhook] {
        pending.map { one in
            StatusBoard.Webhook(
                url: one.url,
                image: one.image,
                since: one.since,
                tries: one.tries,
                nextTry: one.nextTry,
                why: one.reason
            )
        }
            + givenUp.map { one in
                StatusBoard.Webhook(
                    url: one.url,
                    image: one.image,
                    since: one.since,
                    tries: one.tries,
                    nextTry: nil,
                    why: one.why
                )
            }
    }
}
