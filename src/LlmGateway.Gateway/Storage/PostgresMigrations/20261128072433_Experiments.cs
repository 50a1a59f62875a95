using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Gateway.Storage.PostgresMigrations
{
    /// <inheritdoc />
    public partial class Experiments : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "experiment_events",
                columns: table => new
                {
                    Id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    ExperimentId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    ProjectId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    Actor = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Action = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    Evidence = table.Column<string>(type: "text", nullable: true),
                    Stage = table.Column<int>(type: "integer", nullable: false),
                    WeightsBefore = table.Column<string>(type: "text", nullable: true),
                    WeightsAfter = table.Column<string>(type: "text", nullable: false),
                    AlarmKind = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    Winner = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    Announcement = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_experiment_events", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "experiments",
                columns: table => new
                {
                    Id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    ProjectId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Name = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Model = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    Definition = table.Column<string>(type: "text", nullable: false),
                    Weights = table.Column<string>(type: "text", nullable: false),
                    Status = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Winner = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    Version = table.Column<long>(type: "bigint", nullable: false),
                    Stage = table.Column<int>(type: "integer", nullable: false),
                    StageBeganAt = table.Column<long>(type: "bigint", nullable: false),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_experiments", x => x.Id);
                });

            migrationBuilder.InsertData(
                table: "settings_versions",
                columns: new[] { "Kind", "Version" },
                values: new object[] { "experiments", 0L });

            migrationBuilder.CreateIndex(
                name: "IX_experiment_events_Announcement",
                table: "experiment_events",
                column: "Announcement",
                filter: "\"Announcement\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_experiment_events_ExperimentId_CreatedAt_Id",
                table: "experiment_events",
                columns: new[] { "ExperimentId", "CreatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_experiment_events_ExperimentId_Stage_AlarmKind",
                table: "experiment_events",
                columns: new[] { "ExperimentId", "Stage", "AlarmKind" },
                unique: true,
                filter: "\"AlarmKind\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_experiments_ProjectId_Name",
                table: "experiments",
                columns: new[] { "ProjectId", "Name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_experiments_Status",
                table: "experiments",
                column: "Status");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "experiment_events");

            migrationBuilder.DropTable(
                name: "experiments");

            migrationBuilder.DeleteData(
                table: "settings_versions",
                keyColumn: "Kind",
                keyValue: "experiments");
        }
    }
}
