// SPDX-License-Identifier: Apache-2.0
#include "runner.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include "tenon/error.hpp"

namespace tenon::compliance {

namespace {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::error_code none;
    path_ = (std::filesystem::temp_directory_path(none) / "tenon-check-XXXXXX").string();
    if (none || ::mkdtemp(path_.data()) == nullptr) throw Failure(TENON_UNAVAILABLE, "no temporary folder can be made");
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

/// The verdict's letter and the sentence.
std::string judge(const Check& check, const Options& options, const std::string& folder) {
  const auto said = [](Verdict v, const std::string& why) { return static_cast<char>(v) + why; };
  try {
    PluginFile plugin(options.library);
    Context context{options, plugin, folder};
    check.run(context);
    return said(Verdict::Holds, "");
  } catch (const NotApplicable& n) {
    return said(Verdict::NotApplicable, n.what());
  } catch (const std::exception& e) {
    return said(Verdict::Broken, e.what());
  } catch (...) {
    return said(Verdict::Broken, "an exception of an unknown type left the plugin");
  }
}

/// In the child: never returns. What the plugin prints goes to the terminal's error stream, not into the report.
[[noreturn]] void child(const Check& check, const Options& options, const std::string& folder, int out) {
  ::setpgid(0, 0);
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  const std::string answer = judge(check, options, folder);
  for (size_t sent = 0; sent < answer.size();) {
    const ssize_t n = ::write(out, answer.data() + sent, answer.size() - sent);
    if (n <= 0) break;
    sent += static_cast<size_t>(n);
  }
  ::_exit(0);  // no destructor of the plugin runs: what it left behind is not judged here
}

/// Everything up to the end of the pipe, or nothing when the time is over first.
bool collect(int from, uint64_t timeout_ms, std::string& answer) {
  using Clock = std::chrono::steady_clock;
  const auto until = Clock::now() + std::chrono::milliseconds(timeout_ms);
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0) return false;
    pollfd p{from, POLLIN, 0};
    const int ready = ::poll(&p, 1, static_cast<int>(left));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    char buffer[4096];
    const ssize_t n = ::read(from, buffer, sizeof buffer);
    if (n <= 0) return true;
    answer.append(buffer, static_cast<size_t>(n));
  }
}

std::string runApart(const Check& check, const Options& options, const std::string& folder) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw Failure(TENON_UNAVAILABLE, "no descriptors for a pipe");
  std::fflush(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) throw Failure(TENON_UNAVAILABLE, "no process for a check");
  if (pid == 0) {
    ::close(ends[0]);
    child(check, options, folder, ends[1]);
  }
  ::setpgid(pid, pid);
  ::close(ends[1]);
  std::string answer;
  const bool inTime = collect(ends[0], options.timeout_ms, answer);
  ::close(ends[0]);
  ::kill(-pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  const auto broken = [](const std::string& why) { return static_cast<char>(Verdict::Broken) + why; };
  if (!inTime) return broken("it did not end within " + std::to_string(options.timeout_ms) + " ms");
  if (!answer.empty()) return answer;
  if (WIFSIGNALED(status)) return broken(std::string("it crashed: ") + ::strsignal(WTERMSIG(status)));
  return broken("it ended the process with status " + std::to_string(WEXITSTATUS(status)));
}

}  // namespace

Result runCheck(const Check& check, const Options& options) {
  const auto begun = std::chrono::steady_clock::now();
  const TemporaryFolder folder;
  const std::string answer =
      options.inProcess ? judge(check, options, folder.path()) : runApart(check, options, folder.path());
  Result result{check, static_cast<Verdict>(answer[0]), answer.substr(1), 0};
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  return result;
}

}  // namespace tenon::compliance
