import Foundation
import NIOCore
import SSEHub
import SSEHTTPServer
import SSEServer

@available(SwiftSSE 1.0, *)
extension CommandFailure {
    /// Says in one line why a server cannot listen.
    init(listeningOn host: String, _ port: Int, _ error: any Error) {
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE:
            self.init("Port \(port) is in use; choose another one with --port.")
        case EACCES:
            self.init("Port \(port) is not yours to listen on; choose one above 1023 with --port.")
        case EADDRNOTAVAIL:
            self.init("\(host) is no address of this machine; choose another one with --host.")
        default:
            if error is SocketAddressError || error is SocketAddressError.UnknownHost {
                self.init("\(host) is not known; choose another one with --host.")
            } else {
                self.init(describing: error)
            }
        }
    }

    /// Says in one line why a hub cannot listen at one of its places.
    init(listening error: HubListeningError) {
        let place = "\(error.address.printable), where --listen has the hub listen,"
        switch (error.cause as? IOError)?.errnoCode {
        case EADDRINUSE: self.init("\(place) is in use; choose another port.")
        case EACCES:
            self.init("\(place) is not the hub's to listen on; choose a port above 1023, or systemd's sockets.")
        case EADDRNOTAVAIL: self.init("\(place) is no address of this machine.")
        default:
            switch error.cause {
            case let error as ServerConfigurationError: self.init(error.message.printable)
            case is SocketAddressError, is SocketAddressError.UnknownHost: self.init("\(place) is not known.")
            default: self.init("\(place) cannot be listened on: \(String(describing: error.cause).printable)")
            }
        }
    }
}
