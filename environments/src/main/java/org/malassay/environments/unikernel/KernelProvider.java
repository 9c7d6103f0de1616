package org.malassay.environments.unikernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.malassay.behavior.Facet;
import org.malassay.environment.Environment;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environments.host.Cache;
import org.malassay.environments.host.ImageRecipe;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.host.Tools;
import org.malassay.environments.internet.InternetChoice;
import org.malassay.environments.internet.MachineInternet;
import org.malassay.environments.libraries.LibraryOptions;
import org.malassay.environments.qemu.Qemu;
import org.malassay.environments.qemu.Vm;
import org.malassay.environments.tracing.RecorderOptions;
import org.malassay.options.Option;
import org.malassay.options.Options;
import org.malassay.options.Values;

/** Opens the environment of one kernel. */
abstract sealed class KernelProvider implements EnvironmentProvider
    permits UnikernelProvider, SealedUnikernelProvider, LinuxUnikernelProvider {
  static final Option<Path> CACHE =
      Option.optional(
          "unikernel.cache",
          "FOLDER",
          "where kernels are kept, instead of ~/.cache/malassay/unikernel",
          Values::path);

  private static final long MIB = 1L << 20;

  /** The bounds of a guest's memory: no kernel here boots with less, or has addresses for more. */
  private static final int LEAST_MIB = 64;

  private static final int MOST_MIB = 768;

  private final Kernel kernel;

  KernelProvider(Kernel kernel) {
    this.kernel = kernel;
  }

  final Kernel kernel() {
    return kernel;
  }

  @Override
  public final String name() {
    return kernel.environment();
  }

  @Override
  public final List<Option<?>> options() {
    return List.of(CACHE);
  }

  /** The memory of a guest in MiB. */
  static int memory(Limits limits) throws EnvironmentException {
    long memory = limits.memoryBytes() / MIB;
    if (memory < LEAST_MIB || memory > MOST_MIB) {
      throw new EnvironmentException(
          "a unikernel boots with no less than -Dmemory=%dm and no more than -Dmemory=%dm"
              .formatted(LEAST_MIB, MOST_MIB));
    }
    return (int) memory;
  }

  @Override
  public final Environment open(Opening opening) throws EnvironmentException {
    Options options = opening.options();
    Limits limits = opening.limits();
    RecorderOptions.require(
        options,
        name(),
        List.of(),
        kernel.records().isEmpty()
            ? "records no calls"
            : "tells the calls that its library OS serves by itself");
    Timeouts timeouts = Timeouts.of(options);
    int memoryMiB = memory(limits);
    Cache cache = cache(options.find(CACHE));
    ImageRecipe recipe = kernel.recipe().get();
    Tools.require(name(), missing(recipe, cache));
    sweep();
    Qemu qemu = Qemu.find(UnikernelMachine.QEMU);
    Cache.Entry image = recipe.get(cache, CACHE.name(), timeouts);
    InternetChoice<MachineInternet> internet =
        InternetChoice.of(
            options, "on this machine", () -> MachineInternet.open(opening, timeouts));
    UnikernelMachine machine =
        new UnikernelMachine(image.folder().resolve(kernel.file()), memoryMiB, internet.internet());
    UnikernelEnvironment environment =
        new UnikernelEnvironment(
            kernel,
            machine,
            limits,
            facts(qemu, machine, image.digest(), recipe, limits, internet, options),
            timeouts);
    environment.connect(internet, opening.recorded().contains(Facet.NETWORK));
    if (!Collections.disjoint(opening.recorded(), kernel.records())
        || (kernel.makesFiles() && opening.recorded().contains(Facet.FILES))) {
      environment.record(image.folder().resolve(kernel.known()));
    }
    return environment;
  }

  /** One cache for each environment: nobody waits for the Linux that another run is building. */
  private Cache cache(Optional<Path> chosen) {
    return Cache.in(chosen.map(folder -> folder.resolve(name())), "unikernel/" + name());
  }

  private static List<String> missing(ImageRecipe recipe, Cache cache) {
    List<String> missing = new ArrayList<>();
    if (!Tools.isInstalled(UnikernelMachine.QEMU)) {
      missing.add("qemu-system-arm, which is the machine: " + UnikernelMachine.QEMU);
    }
    if (!recipe.isBuilt(cache)) {
      missing.addAll(recipe.missingPrograms());
    }
    return missing;
  }

  private static void sweep() throws EnvironmentException {
    try {
      Vm.sweep();
    } catch (IOException e) {
      throw new EnvironmentException("what killed runs left behind cannot be removed: " + e, e);
    }
  }

  private Map<String, String> facts(
      Qemu qemu,
      UnikernelMachine machine,
      String digest,
      ImageRecipe recipe,
      Limits limits,
      InternetChoice<MachineInternet> internet,
      Options options)
      throws EnvironmentException {
    long size;
    try {
      size = Files.size(machine.kernel());
    } catch (IOException e) {
      throw new EnvironmentException("the kernel is gone: " + machine.kernel(), e);
    }
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("arm code", "%s %s (TCG)".formatted(qemu.program(), qemu.version()));
    facts.put(
        "machine",
        "virt, %s, %d MiB of memory".formatted(UnikernelMachine.CPU, machine.memoryMiB()));
    facts.put("kernel", kernel.description());
    facts.put("image", digest);
    facts.put("image size", size + " bytes");
    facts.put("recipe", recipe.recipe().digest());
    facts.put("start", "boot, in a QEMU that was started ahead where one was");
    facts.put("service", "its own, on port " + UnikernelMachine.HTTP);
    facts.put("delivery", "HTTP POST to a debug endpoint, which stands in for an exploit");
    facts.put(
        "limits",
        "%d bytes a file; the machine's own memory and processor".formatted(limits.diskBytes()));
    facts.put("network", internet.fact("a card that leads nowhere"));
    LibraryOptions.without(options, "loads no programs that need a loader")
        .ifPresent(fact -> facts.put("libraries", fact));
    return facts;
  }
}
