package org.malassay.environments.agent;

import java.util.ArrayList;
import java.util.List;
import org.malassay.environments.host.Recipe;

/** The sources of the agent, from the folder {@code environments/agent}. */
public final class AgentProgram {
  /** What is compiled. */
  public static final List<String> PARTS =
      List.of(
          "agent.c",
          "commands.c",
          "count.c",
          "file.c",
          "probe.c",
          "sample.c",
          "service.c",
          "spawn.c",
          "tell.c");

  private static final List<String> HEADERS = List.of("agent.h", "parts.h", "frames.h");
  private static final String FOLDER = "/org/malassay/environments/agent/";

  /** What is compiled besides where the agent watches the disk ({@code AGENT_WATCHES_DISK}). */
  public static final String DISK = "disk.c";

  /** The same where it reads qemu-user's log ({@code AGENT_READS_LOG}). */
  public static final String LOG = "log.c";

  private AgentProgram() {}

  /** All that an agent is made of that watches no disk. */
  public static Recipe recipe() {
    List<String> files = new ArrayList<>(PARTS);
    files.addAll(HEADERS);
    return Recipe.ofResources(files.stream().map(FOLDER::concat).toArray(String[]::new));
  }

  /** The same with what watches the disk and what reads qemu-user's log. */
  public static Recipe recipeOfContainers() {
    return recipe()
        .and(Recipe.ofResources(FOLDER + DISK, FOLDER + "disk.h", FOLDER + LOG, FOLDER + "log.h"));
  }
}
