using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Evaluation.Storage.PostgresMigrations
{
    /// <inheritdoc />
    public partial class Experiments : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "experiment_watches",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    project_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    stage = table.Column<int>(type: "integer", nullable: false),
                    decided_version = table.Column<long>(type: "bigint", nullable: false),
                    alarms = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false),
                    report = table.Column<string>(type: "text", nullable: true),
                    decision = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    lease_owner = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: true),
                    lease_until = table.Column<long>(type: "bigint", nullable: true),
                    attempt = table.Column<int>(type: "integer", nullable: false),
                    fence = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_experiment_watches", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "experiment_stages",
                columns: table => new
                {
                    watch_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    stage = table.Column<int>(type: "integer", nullable: false),
                    found = table.Column<string>(type: "text", nullable: false),
                    looks = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_experiment_stages", x => new { x.watch_id, x.stage });
                    table.ForeignKey(
                        name: "FK_experiment_stages_experiment_watches_watch_id",
                        column: x => x.watch_id,
                        principalTable: "experiment_watches",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_experiment_watches_status_id",
                table: "experiment_watches",
                columns: new[] { "status", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "experiment_stages");

            migrationBuilder.DropTable(
                name: "experiment_watches");
        }
    }
}
