internal import Foundation

@testable internal import SSEClient

/// Bodies that zlib has coded (1.2.13), in the pieces that its flushes made; of the short ones, a piece for each event.
struct CodedBody: Sendable, CustomStringConvertible {
    let description: String
    private let kind: Kind
    let pieces: [[UInt8]]
    let plain: [UInt8]

    /// A Boolean value that indicates whether each piece but the last holds an event.
    var isFlushed: Bool { self.pieces.count > 4 }

    private enum Kind {
        case gzip
        case deflate
    }

    @available(SwiftSSE 1.0, *)
    var coding: ContentCoding { self.kind == .gzip ? .gzip : .deflate }

    private init(_ name: String, _ kind: Kind, _ plain: String, _ pieces: String...) {
        self.description = name
        self.kind = kind
        self.plain = Array(plain.utf8)
        self.pieces = pieces.map { Array(Data(base64Encoded: $0, options: .ignoreUnknownCharacters) ?? Data()) }
    }

    /// The events of the short bodies.
    static let events = (0..<4).map { "id: \($0)\ndata: event number \($0), event number \($0) again \u{e4}\n\n" }

    private static let long = (0..<5000).map { "data: item \($0 * $0 % 97) of \($0 % 13)\n\n" }.joined()

    static let all: [CodedBody] = [
        CodedBody(
            "gzip, flushed after each event",
            .gzip,
            Self.events.joined(),
            "H4sIAAAAAAAAA8pMsVIw4EpJLEm0UkgtS80rUcgrzU1KLVIw0EHjKySmJ2bmKRxewsUFAAAA//8=",
            "ygRqMsSmyRBNkyGSJgAAAAD//w==",
            "AmkywqbJCE2TEZImAAAAAP//",
            "AmkyxqbJGE2TMZImAAAAAP//",
            "AwBoJ2rB1AAAAA=="
        ),
        CodedBody(
            "gzip, stored",
            .gzip,
            Self.events.joined(),
            """
            H4sIAAAAAAAEAwA1AMr/aWQ6IDAKZGF0YTogZXZlbnQgbnVtYmVyIDAsIGV2ZW50IG51bWJlciAwIGFnYWluIMOkCgoAAAD
            //w==
            """,
            "ADUAyv9pZDogMQpkYXRhOiBldmVudCBudW1iZXIgMSwgZXZlbnQgbnVtYmVyIDEgYWdhaW4gw6QKCgAAAP//",
            "ADUAyv9pZDogMgpkYXRhOiBldmVudCBudW1iZXIgMiwgZXZlbnQgbnVtYmVyIDIgYWdhaW4gw6QKCgAAAP//",
            "ADUAyv9pZDogMwpkYXRhOiBldmVudCBudW1iZXIgMywgZXZlbnQgbnVtYmVyIDMgYWdhaW4gw6QKCgAAAP//",
            "AQAA//9oJ2rB1AAAAA=="
        ),
        CodedBody(
            "gzip, fixed codes",
            .gzip,
            Self.events.joined(),
            "H4sIAAAAAAAEA8pMsVIw4EpJLEm0UkgtS80rUcgrzU1KLVIw0EHjKySmJ2bmKRxewsUFAAAA//8=",
            "ygRqMsSmyRBNkyGSJgAAAAD//w==",
            "AmkywqbJCE2TEZImAAAAAP//",
            "AmkyxqbJGE2TMZImAAAAAP//",
            "AwBoJ2rB1AAAAA=="
        ),
        CodedBody(
            "gzip, literals alone",
            .gzip,
            Self.events.joined(),
            "H4sIAAAAAAACA8pMsVIw4EpJLEm0UkgtS80rUcgrzU1KLVIw0FFILUvNK1HIK81NSi1SMFBITE/MzFM4vISLCwAAAP//",
            "ykyxUjDkSkksSbRSSC1LzStRyCvNTUotUjDUUUgtS80rUcgrzU1KLVIwVEhMT8zMUzi8hIsLAAAA//8=",
            "ykyxUjDiSkksSbRSSC1LzStRyCvNTUotUjDSUUgtS80rUcgrzU1KLVIwUkhMT8zMUzi8hIsLAAAA//8=",
            "ykyxUjDmSkksSbRSSC1LzStRyCvNTUotUjDWUUgtS80rUcgrzU1KLVIwVkhMT8zMUzi8hIsLAAAA//8=",
            "AwBoJ2rB1AAAAA=="
        ),
        CodedBody(
            "gzip, partial flushes",
            .gzip,
            Self.events.joined(),
            "H4sIAAAAAAAAA8pMsVIw4EpJLEm0UkgtS80rUcgrzU1KLVIw0EHjKySmJ2bmKRxewsUFEA==",
            "QJlATYbYNBmiaTJE0gQQ",
            "QCBNRtg0GaFpMkLSBBA=",
            "QCBNxtg0GaNpMkbSBBA=",
            "YABoJ2rB1AAAAA=="
        ),
        CodedBody(
            "gzip, full flushes",
            .gzip,
            Self.events.joined(),
            "H4sIAAAAAAAAA8pMsVIw4EpJLEm0UkgtS80rUcgrzU1KLVIw0EHjKySmJ2bmKRxewsUFAAAA//8=",
            "ykyxUjDkSkksSbRSSC1LzStRyCvNTUotUjDUQeMrJKYnZuYpHF7CxQUAAAD//w==",
            "ykyxUjDiSkksSbRSSC1LzStRyCvNTUotUjDSQeMrJKYnZuYpHF7CxQUAAAD//w==",
            "ykyxUjDmSkksSbRSSC1LzStRyCvNTUotUjDWQeMrJKYnZuYpHF7CxQUAAAD//w==",
            "AwBoJ2rB1AAAAA=="
        ),
        CodedBody(
            "deflate as zlib has it",
            .deflate,
            Self.events.joined(),
            "eJzKTLFSMOBKSSxJtFJILUvNK1HIK81NSi1SMNBB4yskpidm5ikcXsLFBQAAAP//",
            "ygRqMsSmyRBNkyGSJgAAAAD//w==",
            "AmkywqbJCE2TEZImAAAAAP//",
            "AmkyxqbJGE2TMZImAAAAAP//",
            "AwAhuUZb"
        ),
        CodedBody(
            "deflate with nothing around it",
            .deflate,
            Self.events.joined(),
            "ykyxUjDgSkksSbRSSC1LzStRyCvNTUotUjDQQeMrJKYnZuYpHF7CxQUAAAD//w==",
            "ygRqMsSmyRBNkyGSJgAAAAD//w==",
            "AmkywqbJCE2TEZImAAAAAP//",
            "AmkyxqbJGE2TMZImAAAAAP//",
            "AwA="
        ),
        CodedBody(
            "deflate with nothing around it, stored",
            .deflate,
            Self.events.joined(),
            "ADUAyv9pZDogMApkYXRhOiBldmVudCBudW1iZXIgMCwgZXZlbnQgbnVtYmVyIDAgYWdhaW4gw6QKCgAAAP//",
            "ADUAyv9pZDogMQpkYXRhOiBldmVudCBudW1iZXIgMSwgZXZlbnQgbnVtYmVyIDEgYWdhaW4gw6QKCgAAAP//",
            "ADUAyv9pZDogMgpkYXRhOiBldmVudCBudW1iZXIgMiwgZXZlbnQgbnVtYmVyIDIgYWdhaW4gw6QKCgAAAP//",
            "ADUAyv9pZDogMwpkYXRhOiBldmVudCBudW1iZXIgMywgZXZlbnQgbnVtYmVyIDMgYWdhaW4gw6QKCgAAAP//",
            "AQAA//8="
        ),
        CodedBody(
            "gzip, a member for each event",
            .gzip,
            Self.events.joined(),
            "H4sIAAAAAAAAA8pMsVIw4EpJLEm0UkgtS80rUcgrzU1KLVIw0EHjKySmJ2bmKRxewsUFAAAA//8DAJSe54I1AAAA",
            "H4sIAAAAAAAAA8pMsVIw5EpJLEm0UkgtS80rUcgrzU1KLVIw1EHjKySmJ2bmKRxewsUFAAAA//8DAPUAr5c1AAAA",
            "H4sIAAAAAAAAA8pMsVIw4kpJLEm0UkgtS80rUcgrzU1KLVIw0kHjKySmJ2bmKRxewsUFAAAA//8DAFaidqg1AAAA",
            "H4sIAAAAAAAAA8pMsVIw5kpJLEm0UkgtS80rUcgrzU1KLVIw1kHjKySmJ2bmKRxewsUFAAAA//8DADc8Pr01AAAA",
            "AAAA"
        ),
        CodedBody(
            "gzip, with every part that a header can have",
            .gzip,
            Self.events.joined(),
            """
            H4sIHwAAAAAAAAUAZXh0cmFuYW1lAGNvbW1lbnQAEjTKTLFSMOBKSSxJtFJILUvNK1HIK81NSi1SMNBB4yskpidm5ikcXsL
            FBQAAAP//ygRqMsSmyRBNkyGSJgAAAAD//wJpMsKmyQhNkxGSJgAAAAD//wJpMsamyRhNkzGSJgAAAAD//wMAaCdqwdQAAA
            A=
            """
        ),
        CodedBody(
            "gzip, longer than its window",
            .gzip,
            Self.long,
            """
            H4sIAAAAAAACA+ydS25kNwxF570KL+GJlCgpu2kgCZBBkEnvH4H9DARVOsC789xpIR27aImfS1Ln95+/fv728devP/7+uD7
            ++fPj+vHj9/8+ap8ftZeP+udH8fLR/vwoX/9hfX7WXz6L8fnZePksv/67ev0JX/+/+fJZff3Y9fLZ+vrt9uv/7+sXfv0S8f
            Vv29vXmF8fvn6RGacJ4jRBttMGFacR9jiNkHkaYV6nEVqcRhh5GmHXaYTewQq7kRUSrLD7aYVxnWZYYIVxWiHmaYW1TiuMf
            lohwAprn1YoOgoDrNDICqvAClWnFfqCwxCnGdo6zQAXYsNZWOO0woQLMcdphZmnFSbdiPsfv1nh/ilvVrh/nQt+7XZ+u2cj
            3MbqYNQBxi/4K034cy74u284H29WuA/SmxXuE/dmhQE3YsFZuI/685VYpxXuCzbgIhbc2AlXe4EP2OAr3qxwO5U3KzSywoQ
            AkXAWbrf37B5vN9pPbzvAKRd47wlufp3hYEPUeDNCYYigC5HgFu7A1iAAPsbJfpqgnSag+HAaAL7/Pr9/o0MQ5BCS3OJtFL
            QemDnOv0bCH63DH/f5EEBsSLgJ99HbcEQbnuUGh/7NCA3yhEE3AQ7BfTETLnCHi/7sEG7HMU//ssANbXBXDf1aAwf4ZoUAK
            3z7VHC+AU46wZl3cPrPweEOIhOCzYKgtM/Y1TDGNQiG714RLsQEh3AH4oDPEv5th5/xnChsCA6lGeE2VsN8p4H53/MEcIsN
            qoek2NAgQm6IDaEljQvOwn3Un6/Eogh5gRU23Yj7zmLeDT4gwFck+JQOvue5gEhKFIbmHpNiZJB3pDzh9t9Yg53hICBqJES
            XDlHouZS849qEAPgYJ6mGouIB4wOUDhAdIGeGQxBURYJbvG1SYLsJNn7Mk4IM8F01C4cAYkPCTSionjbEhoSbMCFlbpAnDL
            oJJabMdBN6qg5hQMoMdUOBV7w9VoJn6+ABB3jKAo86wfM+l08Ny6dSg8MdRi6KNxCX4gxfCVGuQzQcEDULouuEKCyU0pQ0z
            q0mChuCQ2lGSKieOpyFArewwC02qB5yaLLKd4Z3UdUsJI0LzsJ3Hvp4JUBQuC9Yh5s44MoW3O0JPuBZYhskq7RQC4ikRGFo
            7jEhRoKsMiFPuN13gZ+fZzh4FlsLQ8RWS8kAbamVFCehhoLigeIDlA4QHSBnhkMQWEWWKiUUqUpNypMCDNCndgggNiTchIL
            qaUNsSBQYL1VUGnQTSkyZ4Sb01BzCgJQZ6oYCr3i7q01V80UOUBAYF6kqYvnUqHwqLTjcQaQg2EwISuuMXZuq5ouCoSA2T3
            AIM8VSGpLGubVEYUNwKM0ICdVTp7NQpTYeGlQPOTRZZYHEGKEljQvOQkztSoCg8F01X5QkK00oqqG6JrENkFVaaAVEUqIwN
            PeYECNJVpmhNiQDQkRqYmtRiNhaKRmgLbWS4iTUUFQ8YHyg0gGigya2B1WRpUkJRapSk/KkAAP0qR4Cig0JN6FCa7skCYyX
            JioNugklpsxwE3qqDmFQygx1Qw2tBbeocOiawLhIVRHLp0blU6nB4TuMUCV4QVx67MduOAtLFJsndaVTLKUhaZxbTRQ2BYf
            SjECt+U6t+dIaDw2qhxyarLJAYoxQk8ZFZyGmdiVAULhvWMJVFJpQVEN1TWIbIKu0UAuIxERhaO6RhnZAVpmhNSQDQkRqYm
            tRiNhqKRmkLbWS4iTUUFA8XFJPGr7/1sT2oCqyVCmhUFVqUp4UYIA+tUMAsSHhJlRobZckgfFSRaWBN6HElBluQk/NIdCYC
            tQNNbQW3KLCoasC40JVRSyfGpVPpQUHGllK0FXakvqxm8ZUZLF5Ylc6xVIaksa5tUSBxtdKMwK15ju15kttPDSqHnJossoC
            iTFCSxpplDGmdiVAULgv2KYkWWlCYQ3VNYltgKzSQisgaKx1D8090tAOyCoz1IZkUIhITWwtChFbKyVpwLmVFCehhoLi4RJ
            70vT9tya2B1WRpUkJRapSk/IkGt7rUzwEFBuSbkKF1nZJEhgvTVQadBNKTJlpkDNFh4BjKlQ31NBacIsKh64JjItUFbF8oq
            HeVWJwwJGlJF2lLakfu2lMRRSbJ3WlUyylacB7i4kCjq+VaARqzXdqzZfWeGhQPeTQZBUa9o8Qk0YcZYwpXgkQFO4rRtsSQ
            hOKaqiuSWy0+NFCLCBwrHUP0T3S0A7IKjO0hmRAiEhNbKUVoL7FUhIHnFtpcRJqKCgeLqknDd9/a2J7UBVZopSAA+6raXkS
            De/1qR0CiA0JN6FCa7skCYyXKCrhqsMuNWWmQc7UHAKNqdDay9BacIsKhy4KjLj2Umr5REO9q7TgQCNLCbpKW1I/dtOYiio
            28wpUqqU0DXhvLVGg8bXSjECt+U6t+RIbD7gOl0OUVWjYP0JLGmmUMaZ2JUBQuC/YgouoNKGwhuqixEaLHy20AoLGWvfQ3C
            MN7YCsMkNsSOKabIpiK60A9a2VkjTg3EqKk1BDQfFwaT1p+v5bFNtpBSxLkxJowH01KU+i4b0+tUNAsSHpJlSIbRdaBpyXJ
            irRqsMuMWWmQc7UHAKOqeDayxBbcLQYOromMNLaS4nlEw31rtKCA44sJekqbWn9WFoSXqLYjCtQKZbSNOC9tUQBx9dKNQK1
            5mlhvEprPNA6XA5NVqFh/wgtacRRxpjqlVja4wG7i00oqqG6JrHR4kcLrYDAsdY9VPdIQzsgq8zQGpK0Jpua2EorQH1rpSQ
            OOLcS42SX3hO5pJ40fP+tie20ApalSQk44L6amCfR8F6f2iEQ1+UrtLYLLQPOSxOVcNVhl5wy0yBnag6BxlRo7WVoLThaDB
            1dExhx7aXk8omGeldpwaGLD2m0JfVjaUl4iWIzr0ClXErTgPfWEgUaXyvNCNSap4XxKq3xgOtwOVRZhYb9I7SkkUYZ6YEdu
            hJLezxgd7EJhTVUVyU2WvxooRUQNNZKjy2VOLQDssoMrSGJa7Kpiq20AtS3VkrSgDM9u7Wl2S0oHi6pJ41vTaliO62AZWlS
            Ag24ryblSTS8R0/K0CFQ1+Ur1LYLLQPOSxOVaNVhl5gyN/F5oa6NqeDay1BbcLQYOromMNLaS4nlEw310lNTFBy6+pBGW2I
            /lpaElyg24wpUiqW0+OwYJQo0vlaqEbA1TwvjVVrjgdbhcmiyCg370xN0lDTSKCM+sINXYomPB+wuNqGohuqaxEaLH/QcIR
            UQNNaKjy2VPLQDssoMrSFJa7Kpia20AkQPU6Y44IzPbm1xdguKh0vqSdNbU5rYTitgWZqUQAPu+OxaqsN79KQMHQJxXb5Ca
            7vQMuC8NFGJVh3wAT5OmZv6vFDXxlRo7WVoLThaDB1dExhp7aXk8gmHeumpKQoOXXxIoy2pH0tLwksUm3EFKuVSWn12jBIF
            Gl8rzQjUmqeF8Sqt8dDUR1pRVsFhf3qCjpJGGmWkB3boSizt8YDdxSZUUx/sLXXxg54jpAKCxlrpsaUSh3ZAVpmhNSRpTTZ
            VsRVXgOhhyhQHnOnZrS3NbkHxcEk9aXprShXbcQWMHiYlKYEG3OnZtdSG9+hJGToE4rp8hdp2wWVAeqKWRCVadaAH+DBlbu
            LzQl0bU6G1l6G24HAxlJ4rJoGR1l5KLJ9oqJeemqLg0MWHNNoS+7G4JLxEsRlXoFIspcVnxyhRoPG1Eo2ArXlcGKdnzKnx0
            MRHWklWoWF/eoKOkkYaZaQHdvBKLPXxAHrSHptQTXywt7TFD3qOkAoIGmulx5ZKHtoJEW9ADUlak01NbKUVIHqYMsUBZ3p2
            a4uzW1Q8mHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHF
            hxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmH
            FhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2Zcm
            HFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2Zc
            mHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2Z
            cmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2
            ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF
            2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZ
            F2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoUZF2ZcmHFhxoU
            ZF2ZcmHFhxoUZF2ZcmHFhxsX/hXHxLwAAAP//AwB0/trfG4gBAA==
            """
        ),
    ]
}
