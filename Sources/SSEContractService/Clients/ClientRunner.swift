internal import ServiceLifecycle

/// Runs clients as they come, until no more can come.
@available(SwiftSSE 1.0, *)
struct ClientRunner: Service {
    let newClients: AsyncStream<ContractClient>

    func run() async {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for await client in self.newClients {
                    group.addTask { await client.run() }
                }
                group.cancelAll()
            }
        }
    }
}
