#compdef redis-lab
# Completion of redis-lab for zsh. In ~/.zshrc:  source <(redis-lab completion zsh)
_redis_lab() {
  local program=${(Q)words[1]} line value
  local -a lines open whole
  lines=("${(@f)$(${~program} --complete "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null </dev/null)}")
  for line in "${(@)lines[2,-1]}"; do
    value=${line%%$'\t'*}
    value=${value//:/\\:}:${line#*$'\t'}
    # A key goes on with its value.
    if [[ $line == *=$'\t'* ]]; then open+=("$value"); else whole+=("$value"); fi
  done
  case $lines[1] in
    files) [[ $PREFIX != --*=* ]] || compset -P 1 '*='; _files ;;
    folders) [[ $PREFIX != --*=* ]] || compset -P 1 '*='; _files -/ ;;
    words) _describe -t words redis-lab whole; _describe -t keys redis-lab open -S '' ;;
  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _redis_lab "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
  compdef _redis_lab redis-lab
fi
