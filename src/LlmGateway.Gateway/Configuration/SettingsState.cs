namespace LlmGateway.Gateway.Configuration;

/// <summary>Which configuration is in force.</summary>
/// <param name="Version"><see cref="ConfigurationVersion"/> of it.</param>
/// <param name="LoadedAt">Since when.</param>
/// <param name="Refused">A later change that did not hold together; null when there was none.</param>
internal sealed record SettingsState(string Version, DateTimeOffset LoadedAt, RefusedChange? Refused);

/// <summary>A change of the configuration that was refused.</summary>
internal sealed record RefusedChange(DateTimeOffset At, string Reasons);
