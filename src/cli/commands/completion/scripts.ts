/** The scripts that connect a shell's Tab key with the program. */
import type { Shell } from './line.ts';

/**
 * Each script runs the command of the PATH, never a file of the current folder:
 * Tab must not run a program that the user did not choose.
 */
export const scripts: Readonly<Record<Shell, string>> = {
  bash: `# Completion of cognito-migrate for bash. In ~/.bashrc:
#   eval "$(cognito-migrate completion bash)"
_cognito_migrate() {
  local candidate
  COMPREPLY=()
  while IFS= read -r candidate; do
    COMPREPLY+=("$candidate")
  done < <(command cognito-migrate __complete bash "\${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null </dev/null)
  # bash 3 (macOS) has no compopt. There, a space follows the name of a folder.
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == */ ]] && type compopt >/dev/null 2>&1; then
    compopt -o nospace
  fi
}
complete -F _cognito_migrate cognito-migrate
`,
  zsh: `#compdef cognito-migrate
# Completion of cognito-migrate for zsh. In ~/.zshrc, after compinit:
#   eval "$(cognito-migrate completion zsh)"
# Or save it as _cognito-migrate in a folder of fpath.
_cognito-migrate() {
  local candidate description line
  local -a words_found folders_found
  line="\${(j: :)words[1,CURRENT-1]} $QIPREFIX$PREFIX"
  while IFS=$'\\t' read -r candidate description; do
    if [[ $candidate == */ ]]; then
      folders_found+=("\${candidate//:/\\\\:}")
    else
      words_found+=("\${candidate//:/\\\\:}\${description:+:$description}")
    fi
  done < <(command cognito-migrate __complete zsh "$line" 2>/dev/null </dev/null)
  local found=1
  (( \${#words_found} )) && _describe -V 'cognito-migrate' words_found && found=0
  (( \${#folders_found} )) && _describe -V 'folder' folders_found -S '' && found=0
  return found
}
if [[ \${funcstack[1]} == _cognito-migrate ]]; then
  _cognito-migrate "$@"
else
  compdef _cognito-migrate cognito-migrate
fi
`,
  fish: `# Completion of cognito-migrate for fish. In ~/.config/fish/config.fish:
#   cognito-migrate completion fish | source
function __cognito_migrate_complete
    command cognito-migrate __complete fish (commandline -cp | string collect) 2>/dev/null </dev/null
end
complete -c cognito-migrate -f -k -a '(__cognito_migrate_complete)'
`,
  powershell: `# Completion of cognito-migrate for PowerShell. In $PROFILE:
#   cognito-migrate completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName cognito-migrate -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $length = $cursorPosition - $commandAst.Extent.StartOffset
    $line = $commandAst.ToString().PadRight($length).Substring(0, $length)
    # PowerShell 5 loses double quotes in the arguments of a program.
    $line = $line.Replace('"', "'")
    $program = Get-Command cognito-migrate -CommandType Application, ExternalScript -ErrorAction SilentlyContinue |
        Select-Object -First 1
    if ($null -eq $program) { return }
    & $program __complete powershell $line 2>$null | ForEach-Object {
        $candidate, $shown, $description = $_ -split "\`t", 3
        [System.Management.Automation.CompletionResult]::new($candidate, $shown, 'ParameterValue', $description)
    }
}
`,
};
