package dev.tidings.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidings.infra.stack.TaskTrace;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Whether the writers run: the state of Connect's connectors and their tasks. */
record ConnectCheck(URI worker, WebAnswers web) implements Check {

  @Override
  public String name() {
    return "connect";
  }

  @Override
  public List<Finding> run() throws IOException, InterruptedException {
    JsonNode connectors =
        new JsonMapper().readTree(web.get(worker.resolve("/connectors?expand=status")).body());
    List<Finding> findings = new ArrayList<>();
    int tasks = 0;
    for (JsonNode connector : connectors) {
      JsonNode status = connector.path("status");
      String connectorName = status.path("name").asText();
      add(connectorName, "connector " + connectorName, status.path("connector"), findings);
      for (JsonNode task : status.path("tasks")) {
        tasks++;
        add(
            connectorName,
            "task %d of %s".formatted(task.path("id").asInt(), connectorName),
            task,
            findings);
      }
    }
    if (findings.isEmpty()) {
      findings.add(
          Finding.ok(
              name(),
              "%d connectors with %d tasks, all running".formatted(connectors.size(), tasks)));
    }
    return findings;
  }

  private void add(String connector, String what, JsonNode status, List<Finding> findings) {
    String state = status.path("state").asText();
    if (state.equals("FAILED")) {
      String reason = TaskTrace.reason(status.path("trace").asText());
      findings.add(
          Finding.failure(
              name(),
              "%s failed: %s".formatted(what, reason),
              "mend that, then: curl -X POST '%s'"
                  .formatted(
                      worker.resolve(
                          "/connectors/%s/restart?includeTasks=true&onlyFailed=true"
                              .formatted(connector)))));
    } else if (!state.equals("RUNNING")) {
      findings.add(
          Finding.warning(
              name(),
              "%s is %s".formatted(what, state),
              state.equals("PAUSED")
                  ? "curl -X PUT '%s'"
                      .formatted(worker.resolve("/connectors/%s/resume".formatted(connector)))
                  : "wait a minute, and look again"));
    }
  }
}
