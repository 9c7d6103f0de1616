package org.malassay.experiments.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.malassay.experiments.profile.ProfileStudy.Watched;
import org.malassay.options.Options;
import org.malassay.profile.ProfileFigures;
import org.malassay.profile.ServiceProfile;

/** nginx of a raspbian guest: two of its workloads, its files, its profile, and an exploit. */
@Tag("guest")
@Timeout(1200) // the first one builds the image
class ProfileStudyIT {
  private static final Path ROOT = Path.of(System.getProperty("malassay.root"));

  @Test
  void theServiceWorksUnderTheProfileThatWasMadeAndAnExploitIsRefused() throws Exception {
    try (ProfileStudy study =
        ProfileStudy.open(
            Options.of(Map.of()), ROOT, ROOT.resolve("experiments/profile/workloads/nginx.yaml"))) {
      for (String workload : new String[] {"requests", "crash-of-worker"}) {
        Watched watched = study.watch(workload);
        assertThat(watched.failures()).as(workload).isEmpty();
        assertThat(watched.calls())
            .contains("accept4", "epoll_wait", "setuid32", "mmap2", "set_tls")
            .doesNotContain("execve", "nanosleep"); // the launcher's
      }
      ServiceProfile profile = study.profile();
      assertThat(profile.workloads().get("crash-of-worker")).contains("wait4");
      assertThat(profile.files().reachable()).containsAll(profile.seen());
      assertThat(profile.allowed()).doesNotContain("execve").hasSizeLessThan(150);
      assertThat(ProfileFigures.of(profile).leftOut())
          .allSatisfy(it -> assertThat(it.profileMisses()).isEmpty());

      for (String workload : new String[] {"not-found", "large", "reload"}) {
        assertThat(study.check(workload, profile).failures()).as(workload).isEmpty();
      }
      // Without the filter the stand-in has its shell, so that the test can fail.
      assertThat(study.exploit(Optional.empty()).failures())
          .anySatisfy(it -> assertThat(it).contains("[ ! -e shell ]"));
      assertThat(study.exploit(Optional.of(profile)).failures()).isEmpty();
    }
  }
}
