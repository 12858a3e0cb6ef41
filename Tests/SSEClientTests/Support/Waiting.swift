/// Waits until the task is cancelled, for something that never comes.
func waitForCancellation() async {
    let (never, continuation) = AsyncStream<Never>.makeStream()
    for await _ in never {}
    continuation.finish()
}
