package codejack;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

/** Spring Boot's own authorization server, to which only the users of the lab are added. */
@SpringBootApplication
@EnableConfigurationProperties(Server.Accounts.class)
public class Server {

  /** Passwords by name of the user, as in {@code lab.users.alice}. */
  @ConfigurationProperties("lab")
  public record Accounts(Map<String, String> users) {}

  public static void main(String[] arguments) {
    SpringApplication.run(Server.class, arguments);
  }

  @Bean
  UserDetailsService users(Accounts accounts) {
    return new InMemoryUserDetailsManager(
        accounts.users().entrySet().stream().map(Server::user).toList());
  }

  private static UserDetails user(Map.Entry<String, String> account) {
    return User.withUsername(account.getKey())
        .password("{noop}" + account.getValue())
        .roles("USER")
        .build();
  }
}
