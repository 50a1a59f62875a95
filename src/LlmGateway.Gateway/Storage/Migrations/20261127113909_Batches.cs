using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Gateway.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Batches : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "batch_results",
                columns: table => new
                {
                    BatchId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Line = table.Column<int>(type: "INTEGER", nullable: false),
                    IsFailed = table.Column<bool>(type: "INTEGER", nullable: false),
                    Output = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_batch_results", x => new { x.BatchId, x.Line });
                });

            migrationBuilder.CreateTable(
                name: "batches",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    ProjectId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    KeyId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    Endpoint = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    InputFileId = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    InputBytes = table.Column<long>(type: "INTEGER", nullable: false),
                    CompletionWindow = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    Metadata = table.Column<string>(type: "TEXT", nullable: true),
                    OutputExpiresAfter = table.Column<int>(type: "INTEGER", nullable: true),
                    Ending = table.Column<string>(type: "TEXT", maxLength: 16, nullable: true),
                    Model = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: false),
                    InProgressAt = table.Column<long>(type: "INTEGER", nullable: true),
                    FinalizingAt = table.Column<long>(type: "INTEGER", nullable: true),
                    CancellingAt = table.Column<long>(type: "INTEGER", nullable: true),
                    EndedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Total = table.Column<int>(type: "INTEGER", nullable: false),
                    Completed = table.Column<int>(type: "INTEGER", nullable: false),
                    Failed = table.Column<int>(type: "INTEGER", nullable: false),
                    InputTokens = table.Column<long>(type: "INTEGER", nullable: false),
                    CachedInputTokens = table.Column<long>(type: "INTEGER", nullable: false),
                    OutputTokens = table.Column<long>(type: "INTEGER", nullable: false),
                    ReasoningTokens = table.Column<long>(type: "INTEGER", nullable: false),
                    OutputFileId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    ErrorFileId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    Errors = table.Column<string>(type: "TEXT", nullable: true),
                    Status = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    LeaseOwner = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    LeaseUntil = table.Column<long>(type: "INTEGER", nullable: true),
                    Attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    Fence = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_batches", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_batches_ProjectId_CreatedAt",
                table: "batches",
                columns: new[] { "ProjectId", "CreatedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_batches_Status_LeaseUntil",
                table: "batches",
                columns: new[] { "Status", "LeaseUntil" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "batch_results");

            migrationBuilder.DropTable(
                name: "batches");
        }
    }
}
