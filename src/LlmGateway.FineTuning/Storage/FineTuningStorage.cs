using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.FineTuning.Storage;

/// <summary>Where jobs are kept: <c>ConnectionStrings:finetuning</c>, by default a file in the data folder.</summary>
internal static class FineTuningStorage
{
    public static void AddFineTuningStorage(this IHostApplicationBuilder builder)
    {
        var connection = StoreConnection.Read(builder.Configuration, FineTuningService.ConnectionName);
        if (connection.IsPostgres)
        {
            builder.Services.AddDbContext<FineTuningDbContext, PostgresFineTuningDbContext>(options => options.UseNpgsql(connection.Value).LeaveFailuresToCallers());
        }
        else
        {
            builder.Services.AddDbContext<FineTuningDbContext, SqliteFineTuningDbContext>(options => options.UseSqlite(connection.Value).LeaveFailuresToCallers());
        }

        builder.Services.AddStoreMigration<FineTuningDbContext>(connection);
    }
}
