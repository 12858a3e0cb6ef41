#if NATS
/// A user of an account of an operator, whose tokens do not expire. Made for these tests, and for nothing else: the keys of
/// the operator and the accounts have been thrown away.
enum TestUser {
    /// What a server's configuration says that lets this user in.
    static let settings = """
        operator: \(Self.operatorToken)
        resolver: MEMORY
        system_account: \(Self.systemKey)
        resolver_preload: { \(Self.accountKey): \(Self.accountToken), \(Self.systemKey): \(Self.systemToken) }
        """

    /// What the user's credentials file has in it.
    static let credentials = """
        -----BEGIN NATS USER JWT-----
        \(Self.token)
        ------END NATS USER JWT------

        -----BEGIN USER NKEY SEED-----
        \(Self.seed)
        ------END USER NKEY SEED------
        """

    private static let accountKey = "ACWPA7FHSL4MWYQEPZ4EHRYSSPMS4NYOKSZFJW4UV7T53CFMAUDSVMSF"
    private static let systemKey = "AB67WTGQL6W4NNKPCOEDSICE64GGQZB4CDCTI6AAJYZTLEK22QJSGQUI"
    private static let seed = "SUALDAR3NK44MTS3TNYHL5SQFWASNPGY4KD3BBJKYU4GKJJ6L67DRODNGU"
    private static let operatorToken = """
        eyJ0eXAiOiJKV1QiLCJhbGciOiJlZDI1NTE5LW5rZXkifQ.eyJpYXQiOjE3MDAwMDAwMDAsImlzcyI6Ik9DUVk3RlE3REpVTjJDQ\
        VVWQldKT0RPSVJUWk9SUTZVWE5QR0VSTjNLRDY2SUYzNE5OSjQyTzNCIiwibmFtZSI6InRlc3RzIiwic3ViIjoiT0NRWTdGUTdES\
        lVOMkNBVVZCV0pPRE9JUlRaT1JRNlVYTlBHRVJOM0tENjZJRjM0Tk5KNDJPM0IiLCJuYXRzIjp7InR5cGUiOiJvcGVyYXRvciIsI\
        nZlcnNpb24iOjJ9LCJqdGkiOiI0VjNFNEJEMkw0NUxHS0tOUEpHRklRQzNUV1AzN0lOWE9MUFlDM0FGS09FUjVRRUZLVFBBIn0.3\
        epw65RKsRZZvhb3Hkylzy89Tt11ATr7q66THTUvx48bpoAbPvIDn2voFFPozY5NWxClkGQndW6lo-eFcH-jAQ
        """
    private static let accountToken = """
        eyJ0eXAiOiJKV1QiLCJhbGciOiJlZDI1NTE5LW5rZXkifQ.eyJpYXQiOjE3MDAwMDAwMDAsImlzcyI6Ik9DUVk3RlE3REpVTjJDQ\
        VVWQldKT0RPSVJUWk9SUTZVWE5QR0VSTjNLRDY2SUYzNE5OSjQyTzNCIiwibmFtZSI6InNzZSIsInN1YiI6IkFDV1BBN0ZIU0w0T\
        VdZUUVQWjRFSFJZU1NQTVM0TllPS1NaRkpXNFVWN1Q1M0NGTUFVRFNWTVNGIiwibmF0cyI6eyJ0eXBlIjoiYWNjb3VudCIsImxpb\
        Wl0cyI6eyJzdWJzIjotMSwiZGF0YSI6LTEsInBheWxvYWQiOi0xLCJpbXBvcnRzIjotMSwiZXhwb3J0cyI6LTEsImNvbm4iOi0xL\
        CJsZWFmIjotMSwibWVtX3N0b3JhZ2UiOi0xLCJkaXNrX3N0b3JhZ2UiOi0xLCJzdHJlYW1zIjotMSwiY29uc3VtZXIiOi0xLCJ3a\
        WxkY2FyZHMiOnRydWV9LCJkZWZhdWx0X3Blcm1pc3Npb25zIjp7InB1YiI6e30sInN1YiI6e319LCJ2ZXJzaW9uIjoyfSwianRpI\
        joiSEo1NzVKUkQ2V0Q3TkdETDdEUTdUU1BKS1RRNzZOWTVYT09ERkNJMllMRUsyRDVLUEFKQSJ9.WUPMa8Dv0M8G4FBnGUWtbQf7\
        gI_I0KggjxkrqWsPTvbw3f4TY4_FJi6VX8j36CAirLYXNBc7UwWMTe7BPkBGDA
        """
    private static let systemToken = """
        eyJ0eXAiOiJKV1QiLCJhbGciOiJlZDI1NTE5LW5rZXkifQ.eyJpYXQiOjE3MDAwMDAwMDAsImlzcyI6Ik9DUVk3RlE3REpVTjJDQ\
        VVWQldKT0RPSVJUWk9SUTZVWE5QR0VSTjNLRDY2SUYzNE5OSjQyTzNCIiwibmFtZSI6IlNZUyIsInN1YiI6IkFCNjdXVEdRTDZXN\
        E5OS1BDT0VEU0lDRTY0R0dRWkI0Q0RDVEk2QUFKWVpUTEVLMjJRSlNHUVVJIiwibmF0cyI6eyJ0eXBlIjoiYWNjb3VudCIsImxpb\
        Wl0cyI6eyJzdWJzIjotMSwiZGF0YSI6LTEsInBheWxvYWQiOi0xLCJpbXBvcnRzIjotMSwiZXhwb3J0cyI6LTEsImNvbm4iOi0xL\
        CJsZWFmIjotMSwid2lsZGNhcmRzIjp0cnVlfSwiZGVmYXVsdF9wZXJtaXNzaW9ucyI6eyJwdWIiOnt9LCJzdWIiOnt9fSwidmVyc\
        2lvbiI6Mn0sImp0aSI6IjUzT0JSNDVJU1E0T0ZRWVlXTEFaSFhEUDVHVUtYU0xQWlBGRTRVQUJTMkVMS1RZQVlCWlEifQ.znkdsU\
        0a5V48wqWRWPhzYsq2yZ1VECZztj0kSwK-shWU8b7ya4W5bbo98ksg5tCXX5Z3JKP76Uw2n0w_83_IAg
        """
    private static let token = """
        eyJ0eXAiOiJKV1QiLCJhbGciOiJlZDI1NTE5LW5rZXkifQ.eyJpYXQiOjE3MDAwMDAwMDAsImlzcyI6IkFDV1BBN0ZIU0w0TVdZU\
        UVQWjRFSFJZU1NQTVM0TllPS1NaRkpXNFVWN1Q1M0NGTUFVRFNWTVNGIiwibmFtZSI6Imh1YiIsInN1YiI6IlVCUzdIMlQ0VkVKS\
        jdLVVlTNldZSEdJNFhaVUtOTU1XVElXQVNYWFo0V1VaTk1aU0Q1WjM2WFg1IiwibmF0cyI6eyJ0eXBlIjoidXNlciIsInN1YnMiO\
        i0xLCJkYXRhIjotMSwicGF5bG9hZCI6LTEsInB1YiI6e30sInN1YiI6e30sInZlcnNpb24iOjJ9LCJqdGkiOiJGTzIzQllIRlBJR\
        jRaMzZCNzIyWUk0Q1hTV0lTTlBUN0YyUUZNVkQyQjM3N1lORzRPVVpRIn0.jcg4xToj0EBTML5l1OmVPvNRC3TtMBlA8NK8PKJjk\
        N6_Ii52ldeUm47VPrDu1eikSBXnzFp2tcgn22tsj0YnDw
        """
}
#endif
