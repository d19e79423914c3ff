namespace PortPortal.Engine.Common;

/// <summary>The stable codes of every refusal in the product.</summary>
public static class RefusalCodes
{
    public const string InvalidRequest = "invalid_request";
    public const string UnknownMember = "unknown_member";
    public const string InvalidPort = "invalid_port";
    public const string ReservedPort = "reserved_port";
    public const string InvalidName = "invalid_name";
    public const string InvalidAddress = "invalid_address";
    public const string InvalidAccess = "invalid_access";
    public const string InvalidProtocol = "invalid_protocol";
    public const string SignInRequired = "sign_in_required";
    public const string PinRequired = "pin_required";
    public const string CodeRequired = "code_required";
    public const string ApiKeyRequired = "api_key_required";
    public const string NotAllowed = "not_allowed";
    public const string NotOnList = "not_on_list";
    public const string LinkExpired = "link_expired";
    public const string LinkRevoked = "link_revoked";
    public const string LinkUsedUp = "link_used_up";
    public const string PolicyForbids = "policy_forbids";
    public const string SshNotForwarded = "ssh_not_forwarded";
    public const string AdminOnly = "admin_only";
    public const string NotFound = "not_found";
    public const string MethodNotAllowed = "method_not_allowed";
    public const string ContentTooLarge = "content_too_large";
    public const string UnsupportedMediaType = "unsupported_media_type";
    public const string Misdirected = "misdirected";
    public const string HeadersTooLarge = "headers_too_large";
    public const string InUse = "in_use";
    public const string NameInUse = "name_in_use";
    public const string SessionNotRunning = "session_not_running";
    public const string QuotaReached = "quota_reached";
    public const string PortsExhausted = "ports_exhausted";
    public const string IdempotencyConflict = "idempotency_conflict";
    public const string Ended = "ended";
    public const string RateLimited = "rate_limited";
    public const string PinLocked = "pin_locked";
    public const string UpstreamFailed = "upstream_failed";
    public const string UpstreamTimeout = "upstream_timeout";
    public const string NotListening = "not_listening";
    public const string SessionPaused = "session_paused";
    public const string NodeUnreachable = "node_unreachable";
    public const string Draining = "draining";
    public const string StorageFull = "storage_full";
    public const string StorageBusy = "storage_busy";
}
