#if canImport(Musl)
internal import Musl
#elseif canImport(Glibc)
internal import Glibc
#endif

#if !canImport(Darwin)
/// The system's `send`, under a name that methods called `send` do not hide.
func sendBytes(_ descriptor: CInt, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: CInt) -> Int {
    send(descriptor, bytes, count, flags)
}
#endif
