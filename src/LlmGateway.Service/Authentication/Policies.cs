namespace LlmGateway.Service;

/// <summary>Names of the authorization policies: endpoints know only these.</summary>
public static class Policies
{
    /// <summary>May call models.</summary>
    public const string Inference = "inference";

    /// <summary>May read and change logged data.</summary>
    public const string Data = "data";

    /// <summary>May manage keys and projects.</summary>
    public const string Admin = "admin";

    /// <summary>A service of this system, with a token of its own.</summary>
    public const string Internal = "internal";
}
