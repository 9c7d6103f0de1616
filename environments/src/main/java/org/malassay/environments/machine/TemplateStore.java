package org.malassay.environments.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Cache;
import org.malassay.environments.host.Recipe;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.host.Tools;
import org.malassay.environments.qemu.Vm;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Boots a machine once and saves what runs. Its memory lies in a file, shared while it is made and
 * mapped private by each clone, so that a clone is there at once and costs only what it changes.
 */
public final class TemplateStore {
  private static final Logger LOG = LoggerFactory.getLogger(TemplateStore.class);
  private static final int SHORT = 12;
  private static final int PAGE = 4096;
  private static final long MIB = 1L << 20;

  private static final Duration TOOL = Duration.ofMinutes(1);
  private static final List<String> FILES =
      List.of(
          Template.RAM,
          Template.STATE,
          Template.DISK,
          Template.GREETING,
          Template.NO_KERNEL,
          Template.RECORDER);

  /** What a booting system still does when its services answer already; and what clones use. */
  private static final String SETTLE =
      "udevadm settle; timeout 150 systemctl is-system-running --wait; scp";

  private final Cache cache;
  private final Machine machine;
  private final GuestRecorder recorder;
  private final AgentPlace place;
  private final List<Addition> additions;
  private final Timeouts timeouts;
  private final String environment;
  private final String remedy;

  /**
   * @param recorder that every clone is to have
   * @param place where the agent of every clone is to wait
   * @param additions that every clone is to have, in the order in which they are prepared
   * @param environment the name of the one whose guests are cloned
   * @param remedy what else than {@code -Dsetup} mends it when no template can be made
   */
  public TemplateStore(
      Cache cache,
      Machine machine,
      GuestRecorder recorder,
      AgentPlace place,
      List<Addition> additions,
      Timeouts timeouts,
      String environment,
      String remedy) {
    this.recorder = recorder;
    this.place = place;
    this.additions = List.copyOf(additions);
    this.timeouts = timeouts;
    this.cache = cache;
    this.machine = machine;
    this.environment = environment;
    this.remedy = remedy;
  }

  /** The template of an image, made when there is none that is as it should be. */
  public Template get(Image image) throws EnvironmentException {
    String name =
        "template-"
            + Recipe.ofFiles(
                    Map.of(
                        "image", image.digest().getBytes(UTF_8),
                        "folder", image.folder().toString().getBytes(UTF_8),
                        "machine", machine.description().getBytes(UTF_8),
                        "made",
                            String.join(
                                    "\n",
                                    SETTLE,
                                    WaitingSession.START,
                                    place.description(),
                                    Rest.RULE,
                                    recorder.description())
                                .getBytes(UTF_8),
                        "added",
                            additions.stream()
                                .map(it -> it.kernelOptions() + "\n" + it.description())
                                .collect(Collectors.joining("\n"))
                                .getBytes(UTF_8)))
                .digest()
                .substring(0, SHORT);
    try {
      long bytes = machine.memoryMiB() * MIB + place.diskBytes();
      Cache.Entry entry = cache.get(name, FILES, bytes, folder -> make(image, folder));
      return new Template(entry.folder(), entry.digest());
    } catch (IOException e) {
      throw new EnvironmentException(
          "the template of the %s environment could not be made; try -Dsetup, %s: %s"
              .formatted(environment, remedy, e.getMessage()),
          e);
    }
  }

  private void make(Image image, Path folder) throws IOException, EnvironmentException {
    LOG.info("booting the template of the {} environment (once; {})", environment, place.howLong());
    Template template = new Template(folder, "");
    Files.write(template.file(Template.NO_KERNEL), new byte[PAGE]);
    Tools.run(
        List.of(
            "qemu-img",
            "create",
            "-q",
            "-f",
            "qcow2",
            "-F",
            "qcow2",
            "-b",
            image.file(Image.DISK).toString(),
            template.file(Template.DISK).toString()),
        folder,
        timeouts,
        TOOL,
        LOG::debug);
    try (Vm vm =
        machine.start(
            machine.template(
                image,
                template.file(Template.DISK),
                template.file(Template.RAM),
                additions.stream().map(Addition::kernelOptions).collect(Collectors.joining())),
            Vm.newFolder(),
            timeouts)) {
      // What is used once is faster in the clones.
      Boot.await(vm, machine, image, place.servesWhenBooted()).close();
      try (Ssh ssh = Ssh.connect(image, vm.port(Machine.SSH), timeouts)) {
        ssh.run(SETTLE, Timeout.SETTLING);
        new WaitingSession(Ports.ofSsh(vm)).prepare(ssh, template.file(Template.GREETING));
        place.prepare(ssh, Ports.ofAgent(vm));
        recorder.prepare(vm, ssh, template.file(Template.RECORDER));
        for (Addition addition : additions) {
          addition.prepare(vm, ssh);
        }
        ssh.run("sync", Timeout.SETTLING);
        place.takeNetwork(vm, machine.webPort(vm), ssh);
      }
      Rest.await(vm);
      vm.qmp().execute("stop", Map.of());
      vm.qmp().migrate("migrate", "exec:cat >" + quoted(template.file(Template.STATE)));
      vm.qmp().execute("quit", Map.of());
      vm.awaitEnd();
    } catch (GuestException e) {
      throw new EnvironmentException(
          "the image of the %s environment does not boot: %s"
              .formatted(environment, e.getMessage()),
          e);
    }
  }

  /** For a shell. */
  static String quoted(Path path) {
    return "'" + path.toString().replace("'", "'\\''") + "'";
  }
}
