using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace LlmGateway.Service;

public static class StoreFailureLog
{
    /// <summary>
    /// Has EF Core log no failure. Each is thrown too, and whoever catches it knows more: that a server is away is said
    /// once and not, with a stack trace, for every call meanwhile; and what nobody expected is logged by the error handler.
    /// </summary>
    public static DbContextOptionsBuilder LeaveFailuresToCallers(this DbContextOptionsBuilder options) => options.ConfigureWarnings(warnings => warnings.Ignore(
        RelationalEventId.ConnectionError, RelationalEventId.CommandError, CoreEventId.QueryIterationFailed, CoreEventId.SaveChangesFailed));
}
