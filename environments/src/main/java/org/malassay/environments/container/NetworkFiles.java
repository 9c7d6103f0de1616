package org.malassay.environments.container;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Recipe;

/**
 * The files by which a guest with a read-only root finds its name and its name server: in other
 * guests the agent writes them. They are in a volume of the engine, as {@link ProcessorFile} is.
 *
 * @param folder where the engine has them
 */
record NetworkFiles(String folder) {
  private static final Map<String, byte[]> FILES =
      Map.of(
          "resolv.conf", ("nameserver " + InternetHelper.GATEWAY + "\n").getBytes(US_ASCII),
          "hostname", (GuestImage.HOST_NAME + "\n").getBytes(US_ASCII));

  private static final int READ_ONLY = 0444;
  private static final Map<String, String> LABELS = Map.of(GuestLabels.KIND, "network");

  /** Makes them. */
  static NetworkFiles in(Engine engine, GuestImage image) throws GuestException {
    try {
      return new NetworkFiles(
          engine.volume(
              Recipe.ofFiles(FILES).digest(),
              LABELS,
              image.id(),
              GuestImages.tar(FILES, READ_ONLY)));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
  }

  List<Bind> mounts() {
    return FILES.keySet().stream()
        .sorted()
        .map(name -> new Bind(folder + "/" + name, new Volume("/etc/" + name), AccessMode.ro))
        .toList();
  }
}
